import { expect, it } from 'vitest'

import { addressOf, safeRedirect } from './redirect'

it.each(['/users', '/users?page=2#top', '/a/../b'])('follows %s, a path of this site', (target) => {
  expect(safeRedirect(target)).toBe(target === '/a/../b' ? '/b' : target)
})

it.each([
  'https://elsewhere.example/',
  '//elsewhere.example/',
  '/\\elsewhere.example/',
  '/\t/elsewhere.example/',
  '/.//elsewhere.example/',
  '/a/..//elsewhere.example/',
  '/%2e//elsewhere.example/',
  'javascript:alert(1)',
  'users',
  '',
  undefined,
  ['/users'],
])('falls back for %s', (target) => {
  expect(safeRedirect(target)).toBe('/')
})

it.each(['/account?tab=1#top', '//elsewhere.example/', '/.//elsewhere.example/'])('%s has an address here', (path) => {
  expect(new URL(addressOf(path)).origin).toBe(location.origin)
})
