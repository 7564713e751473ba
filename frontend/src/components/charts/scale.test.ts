import { expect, it } from 'vitest'

import { axisFor } from './scale'

it.each([
  [0, [1, 0]],
  [1, [1, 0]],
  [4, [4, 3, 2, 1, 0]],
  [5, [6, 4, 2, 0]],
  [42, [60, 40, 20, 0]],
  [1200, [1500, 1000, 500, 0]],
])('gives whole, round numbers up to %i', (highest, axis) => {
  expect(axisFor(highest)).toEqual(axis)
})
