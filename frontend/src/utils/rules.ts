type Rule = (value: string | null) => true | string

/** The API's password limits. There are deliberately no composition rules. */
export const PASSWORD_MIN_LENGTH = 8
export const PASSWORD_MAX_LENGTH = 128

/** Require a value. */
export function required(message: string): Rule {
  return (value) => !!value?.trim() || message
}

/** Require at most `length` characters, counted like the API: an emoji is one. */
export function atMost(length: number): Rule {
  return (value) => Array.from(value ?? '').length <= length || `Use at most ${length.toLocaleString('en')} characters.`
}

/** Require an email address. The API checks more strictly. */
export const emailAddress: Rule = (value) =>
  /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value?.trim() ?? '') || 'Enter an email address such as ada@example.com.'

/** Require a password of a valid length. */
export const passwordLength: Rule = (value) => {
  const { length } = value ?? ''
  if (length < PASSWORD_MIN_LENGTH) return `Use at least ${PASSWORD_MIN_LENGTH} characters.`
  return length <= PASSWORD_MAX_LENGTH || `Use at most ${PASSWORD_MAX_LENGTH} characters.`
}

/** Require six digits, optionally with a space in the middle, as some apps show them. */
export const authenticatorCode: Rule = (value) =>
  /^\d{3} ?\d{3}$/.test(value?.trim() ?? '') || 'Enter the six-digit code from your app.'
