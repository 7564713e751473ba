import { computed, ref, type WritableComputedRef } from 'vue'

import { byLocale } from '@/i18n'

/** More digits than a number of JavaScript holds exactly are refused. */
const DIGITS = String.raw`\d{1,15}`

const separator = byLocale(
  (name) => new Intl.NumberFormat(name).formatToParts(1.5).find(({ type }) => type === 'decimal')?.value ?? '.',
)

/** Return the number that a text is in the user's language, or NaN: `1.000` is a thousand to some and one to others. */
function numberOf(text: string): number {
  const [whole = '', fraction = '0', ...more] = text.trim().split(separator.value)
  const plain = `${whole}.${fraction}`
  return more.length === 0 && new RegExp(String.raw`^-?${DIGITS}\.${DIGITS}$`).test(plain) ? Number(plain) : NaN
}

/**
 * The text of a field that holds a number. What is no number stays a text, for `problemOf` to refuse; what is one is
 * shown as the user writes it, such as `1.50`.
 */
export function useNumberText(value: WritableComputedRef<string | number | undefined>): WritableComputedRef<string> {
  const typed = ref('')
  return computed({
    get: () => {
      if (typeof value.value !== 'number') return value.value ?? ''
      const isTyped = numberOf(typed.value) === value.value
      return isTyped ? typed.value : String(value.value).replace('.', separator.value)
    },
    set: (text) => {
      typed.value = text
      const number = numberOf(text)
      value.value = Number.isNaN(number) ? text || undefined : number
    },
  })
}
