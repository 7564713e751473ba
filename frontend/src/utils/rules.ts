import { t } from '@/i18n'

type Rule = (value: string | null) => true | string

/** Require a value. */
export function required(message: string): Rule {
  return (value) => !!value?.trim() || message
}

/** Require at most `length` characters, counted like the API: an emoji is one. */
export function atMost(length: number): Rule {
  return (value) => Array.from(value ?? '').length <= length || t('common.rules.atMost', { length })
}
