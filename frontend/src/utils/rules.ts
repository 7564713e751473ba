type Rule = (value: string | null) => true | string

/** Password length as the API has it; composition rules do not exist on purpose. */
export const PASSWORD_MIN_LENGTH = 8
export const PASSWORD_MAX_LENGTH = 128

/** Demand that something was entered. */
export function required(message: string): Rule {
  return (value) => !!value?.trim() || message
}

/** Demand at most `length` characters, counted as the API counts them: an emoji is one. */
export function atMost(length: number): Rule {
  return (value) => Array.from(value ?? '').length <= length || `Use at most ${length.toLocaleString('en')} characters.`
}

/** Demand what looks like an e-mail address; the API looks closer. */
export const emailAddress: Rule = (value) =>
  /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value?.trim() ?? '') || 'Enter an e-mail address such as ada@example.com.'

/** Demand a password of the length that the API accepts. */
export const passwordLength: Rule = (value) => {
  const { length } = value ?? ''
  if (length < PASSWORD_MIN_LENGTH) return `Use at least ${PASSWORD_MIN_LENGTH} characters.`
  return length <= PASSWORD_MAX_LENGTH || `Use at most ${PASSWORD_MAX_LENGTH} characters.`
}

/** Demand six digits, with a space in the middle or without: apps show them either way. */
export const authenticatorCode: Rule = (value) =>
  /^\d{3} ?\d{3}$/.test(value?.trim() ?? '') || 'Enter the six digits that your app shows.'
