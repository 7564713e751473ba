/** The API's requirements on one field. */
export interface Constraint {
  type: 'string' | 'number' | 'boolean' | 'array'
  /** Whether a number is a whole one. */
  integer?: boolean
  required?: boolean
  nullable?: boolean
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
  multipleOf?: number
  minItems?: number
  maxItems?: number
  pattern?: RegExp
  format?: 'email' | 'password'
  /** The members of an enumeration. */
  options?: readonly (string | number)[]
  default?: unknown
}

declare const BODY: unique symbol

/** The fields of a request body. Objects among them, such as a passkey's credential, are no fields of a form. */
export type Schema<Body> = Readonly<Record<string, Constraint>> & {
  /** Only for the type of the body. */
  readonly [BODY]?: Body
}

export type FieldName<Body> = Extract<keyof Body, string>

/** The values of a form: blank text stands for a value that is null or left out. */
export type Values<Body> = { -readonly [Name in keyof Body]-?: NonNullable<Body[Name]> }

/** Return the value of a field before the user enters one. */
export function emptyValue({ type, default: value }: Constraint): unknown {
  if (value !== undefined && value !== null) return value
  if (type === 'string') return ''
  if (type === 'boolean') return false
  return type === 'array' ? [] : undefined
}

/**
 * Return the value of a field as the API takes it: without spaces around it, and null or left out if it is blank.
 * Passwords and long text are sent as typed.
 */
export function sentValue({ format, maxLength = 0, nullable, required }: Constraint, value: unknown): unknown {
  if (value === undefined) return nullable ? null : undefined
  if (typeof value !== 'string') return value
  if (value.trim() === '') return nullable ? null : required ? value : undefined
  return format === 'password' || maxLength > LONG ? value : value.trim()
}

const LONG = 1000
