import { t } from '@/i18n'

import type { Problem } from './validation'

/** Fields that many forms have; their texts are shared. */
const SHARED = ['email', 'password', 'name', 'code'] as const

/** Return what is wrong with a field, for the user. */
export function messageOf(name: string, { key, count = 0 }: Problem): string {
  const shared = sharedName(name)
  if (shared && key === 'required') return t(`forms.fields.${shared}.required`)
  if (shared === 'code' && key === 'pattern') return t('forms.fields.code.required')
  return t(`forms.problems.${key}`, { count, example: 'ada@example.com', number: 1.5 })
}

/** Return the label of a field that many forms have. */
export function labelOf(name: string): string | undefined {
  const shared = sharedName(name)
  return shared && t(`forms.fields.${shared}.label`)
}

function sharedName(name: string): (typeof SHARED)[number] | undefined {
  return SHARED.find((shared) => shared === name)
}
