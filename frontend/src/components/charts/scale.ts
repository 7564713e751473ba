const STEPS = [1, 2, 5, 10]
const INTERVALS = 4

/** Return the values of the axis, highest first: round numbers from 0 to at least `highest`. */
export function axisFor(highest: number): number[] {
  const step = roundStep(Math.max(highest, INTERVALS) / INTERVALS)
  const count = Math.max(1, Math.ceil(highest / step))
  return Array.from({ length: count + 1 }, (_, index) => (count - index) * step)
}

function roundStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast))
  return (STEPS.find((step) => step * power >= atLeast) ?? 10) * power
}
