import { computed, ref, toRef } from 'vue'
import type { LocaleInstance } from 'vuetify'

import { libraryTexts, locale, regionalLocale } from '@/i18n'

const PREFIX = '$vuetify.'

/**
 * The component library's own texts and numbers, in the language in use. The library's adapter does the same and brings
 * a quarter of what a guest would load.
 */
export const libraryLocale: LocaleInstance = {
  name: 'product',
  current: toRef(() => locale.value),
  fallback: toRef(() => 'en'),
  messages: ref({}),
  decimalSeparator: computed(() => part('decimal')),
  numericGroupSeparator: computed(() => part('group')),
  t: (key, ...values) =>
    (key.startsWith(PREFIX) ? textOf(key.slice(PREFIX.length)) : key).replace(/\{(\d+)\}/g, (_, index: string) =>
      String(values[Number(index)]),
    ),
  // The declaration lacks the options, which the library passes.
  n: (value: number, options?: Intl.NumberFormatOptions) =>
    new Intl.NumberFormat(regionalLocale.value, options).format(value),
  provide: () => libraryLocale,
}

function textOf(path: string): string {
  return find(libraryTexts[locale.value], path) ?? path
}

function find(texts: unknown, path: string): string | undefined {
  const found = path
    .split('.')
    .reduce<unknown>((tree, name) => (tree as Record<string, unknown> | undefined)?.[name], texts)
  return typeof found === 'string' ? found : undefined
}

function part(type: 'decimal' | 'group'): string {
  const parts = new Intl.NumberFormat(regionalLocale.value).formatToParts(10000.5)
  return parts.find((one) => one.type === type)?.value ?? ''
}
