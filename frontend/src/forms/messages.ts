import texts from '@/messages/en/forms.json'

import type { Problem } from './validation'

/** Fields that many forms have; their texts are shared. */
const SHARED: Record<string, { label: string; required: string; pattern?: string } | undefined> = texts.fields

/** Return what is wrong with a field, for the user. */
export function messageOf(name: string, { key, count = 0 }: Problem): string {
  const shared = SHARED[name]
  if (key === 'required' && shared) return shared.required
  if (key === 'pattern' && shared?.pattern) return shared.pattern
  return t(texts.problems[key], { count, example: 'ada@example.com' })
}

/** Return the label of a field that many forms have. */
export function labelOf(name: string): string | undefined {
  return SHARED[name]?.label
}

export function optional(label: string): string {
  return t(texts.optional, { label })
}

export function newPasswordHint(count: number): string {
  return t(texts.newPassword, { count })
}

export function requestIdText(id: string): string {
  return t(texts.requestId, { id })
}

function t(text: string, values: Record<string, string | number>): string {
  const forms = text.split(' | ')
  const form = (values.count === 1 ? forms[0] : forms.at(-1)) ?? ''
  return form.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name] ?? ''
    return typeof value === 'number' ? value.toLocaleString('en') : value
  })
}
