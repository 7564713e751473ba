import { expect, it } from 'vitest'

import { safeRedirect } from './redirect'

it.each(['/posts', '/posts?page=2#comments', '/a/../b'])('follows %s, a path of this site', (target) => {
  expect(safeRedirect(target)).toBe(target === '/a/../b' ? '/b' : target)
})

it.each([
  'https://elsewhere.example/',
  '//elsewhere.example/',
  '/\\elsewhere.example/',
  '/\t/elsewhere.example/',
  'javascript:alert(1)',
  'posts',
  '',
  undefined,
  ['/posts'],
])('falls back for %s', (target) => {
  expect(safeRedirect(target)).toBe('/')
})
