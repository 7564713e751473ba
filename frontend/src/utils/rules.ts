import { t } from '@/i18n'

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
  return (value) => Array.from(value ?? '').length <= length || t('common.rules.atMost', { length })
}

/** Require an email address. The API checks more strictly. */
export const emailAddress: Rule = (value) =>
  /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value?.trim() ?? '') || t('common.email.invalid', { example: 'ada@example.com' })

/** Require a password of a valid length. */
export const passwordLength: Rule = (value) => {
  const { length } = value ?? ''
  if (length < PASSWORD_MIN_LENGTH) return t('common.rules.atLeast', { length: PASSWORD_MIN_LENGTH })
  return length <= PASSWORD_MAX_LENGTH || t('common.rules.atMost', { length: PASSWORD_MAX_LENGTH })
}

/** Require six digits, optionally with a space in the middle, as some apps show them. */
export const authenticatorCode: Rule = (value) =>
  /^\d{3} ?\d{3}$/.test(value?.trim() ?? '') || t('common.rules.authenticatorCode')
