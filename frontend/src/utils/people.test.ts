import { expect, it } from 'vitest'

import { hueOf, initialsOf } from './people'

it.each([
  ['Ada', 'A'],
  ['Ada Lovelace', 'AL'],
  ['  grace  brewster murray hopper ', 'GH'],
  ['Émile', 'É'],
  ['😀 Smile', '😀S'],
  ['', ''],
])('shortens “%s” to “%s”', (name, initials) => {
  expect(initialsOf(name)).toBe(initials)
})

it('gives a person always the same colour, and people different ones', () => {
  const ids = Array.from(
    { length: 60 },
    (_, index) => `01980000-0000-7000-8000-0000000000${String(index).padStart(2, '0')}`,
  )
  expect(ids.map(hueOf)).toEqual(ids.map(hueOf))
  expect(new Set(ids.map(hueOf)).size).toBeGreaterThan(8)
})
