import { expect, it } from 'vitest'

import { fit } from './fuzzy'

it.each([
  ['post', 'Posts'],
  ['sece', 'Security events'],
  ['np', 'New post'],
  ['uber', 'Über uns'],
  ['', 'Anything'],
])('“%s” fits “%s”', (typed, text) => {
  expect(fit(typed, text)).not.toBeNull()
})

it.each([
  ['posts', 'Post'],
  ['stop', 'Posts'],
])('“%s” does not fit “%s”', (typed, text) => {
  expect(fit(typed, text)).toBeNull()
})

it('prefers the starts of words', () => {
  expect(fit('se', 'Security events')).toBeGreaterThan(fit('se', 'Release notes') ?? 0)
})
