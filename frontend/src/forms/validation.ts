import type { Constraint } from './schema'

/** Why a value is refused: a key of the messages `forms.problems`, with the number that it names. */
export interface Problem {
  key:
    | 'required'
    | 'tooShort'
    | 'tooLong'
    | 'tooFew'
    | 'tooMany'
    | 'tooSmall'
    | 'tooLarge'
    | 'notAbove'
    | 'notBelow'
    | 'notMultiple'
    | 'number'
    | 'integer'
    | 'email'
    | 'pattern'
    | 'option'
  count?: number
}

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/

/** Return what the API would refuse about a value, or null. The API checks more strictly. */
export function problemOf(
  constraint: Constraint,
  value: unknown,
  isRequired = isRequiredBy(constraint),
): Problem | null {
  if (isBlank(value)) return isRequired ? { key: 'required' } : null
  if (constraint.type === 'number') return problemOfNumber(constraint, value)
  if (typeof value === 'string') return problemOfText(constraint, value)
  if (Array.isArray(value)) return outside(value.length, constraint.minItems, constraint.maxItems, 'tooFew', 'tooMany')
  return null
}

/** Return whether the API requires a value that is not blank. */
export function isRequiredBy({ required = false, nullable = false }: Constraint): boolean {
  return required && !nullable
}

/** Return the length of text as the API counts it: an emoji is one. */
export function lengthOf(text: string): number {
  return Array.from(text).length
}

function isBlank(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() === ''
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0)
}

function problemOfText(constraint: Constraint, value: string): Problem | null {
  const text = constraint.format === 'password' ? value : value.trim()
  const wrongLength = outside(lengthOf(text), constraint.minLength, constraint.maxLength, 'tooShort', 'tooLong')
  if (wrongLength) return wrongLength
  if (constraint.format === 'email' && !EMAIL.test(text)) return { key: 'email' }
  if (constraint.options && !constraint.options.includes(text)) return { key: 'option' }
  return constraint.pattern && !constraint.pattern.test(text) ? { key: 'pattern' } : null
}

function problemOfNumber(constraint: Constraint, value: unknown): Problem | null {
  const { integer, minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = constraint
  if (integer && !Number.isInteger(value)) return { key: 'integer' }
  if (typeof value !== 'number') return { key: 'number' }
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) return { key: 'notAbove', count: exclusiveMinimum }
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum) return { key: 'notBelow', count: exclusiveMaximum }
  const outOfBounds = outside(value, minimum, maximum, 'tooSmall', 'tooLarge')
  if (outOfBounds || multipleOf === undefined || isMultiple(value, multipleOf)) return outOfBounds
  return { key: 'notMultiple', count: multipleOf }
}

/** Binary fractions are not exact: 0.3 is a multiple of 0.1. */
function isMultiple(value: number, step: number): boolean {
  const steps = value / step
  return Math.abs(steps - Math.round(steps)) <= Number.EPSILON * Math.max(1, Math.abs(steps)) * 4
}

function outside(
  count: number,
  least = -Infinity,
  most = Infinity,
  below: Problem['key'],
  above: Problem['key'],
): Problem | null {
  if (count < least) return { key: below, count: least }
  return count > most ? { key: above, count: most } : null
}
