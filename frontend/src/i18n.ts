import { createI18n } from 'petite-vue-i18n'
import { english, LOADERS } from 'virtual:messages'
import { computed, type ComputedRef, shallowReactive } from 'vue'

import type { Locale, MessageKey } from '@/messages/schema'

/** Values of a message's placeholders. Numbers are formatted; `count` chooses between singular and plural. */
export type Values = Record<string, string | number>

/** Messages that every page needs, or that only pages with the navigation need. */
type Part = 'first' | 'rest'

const FALLBACK = 'en' as Locale

export const LOCALES = Object.keys(LOADERS) as Locale[]

const i18n = createI18n({
  legacy: false,
  locale: FALLBACK,
  fallbackLocale: FALLBACK,
  messages: { [FALLBACK]: english },
})
const parts = new Set<Part>(['first'])
const loaded = new Set([`${FALLBACK}/first`])
let wanted: Locale = FALLBACK

/** The component library's own texts, by language. */
export const libraryTexts = shallowReactive<Record<string, object>>({})

/** The language of the interface. */
export const locale = computed(() => i18n.global.locale.value as Locale)

/** The language with the user's region, if the browser knows it: it decides how dates and numbers look. */
export const regionalLocale = computed(() => inBrowser(locale.value) ?? locale.value)

/** Return what `make` returns for the language in use, made once for each language. */
export function byLocale<Made>(make: (locale: string) => Made): ComputedRef<Made> {
  return computed(() => make(regionalLocale.value))
}

const numbers = byLocale((name) => new Intl.NumberFormat(name))

/** Format a number, such as "1,200". */
export function n(value: number): string {
  return numbers.value.format(value)
}

/** Return a message in the language in use. Used by templates, stores and functions alike: it follows the language. */
export function t(key: MessageKey, values: Values = {}): string {
  const shown = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'number' ? n(value) : value]),
  )
  return typeof values.count === 'number' ? i18n.global.t(key, shown, values.count) : i18n.global.t(key, shown)
}

/** Return whether there is a message with this key, which the API has made. */
export function isKey(key: string): key is MessageKey {
  // In the language in use, which has all of them: the English ones may not be loaded.
  return key in i18n.global.getLocaleMessage(i18n.global.locale.value)
}

/** Change the language of the interface, without a reload. The last call wins. */
export async function setLocale(next: Locale): Promise<void> {
  wanted = next
  await Promise.all([...parts].map((part) => load(next, part)))
  if (wanted !== next) return
  i18n.global.locale.value = next
  document.documentElement.lang = next
}

/** Load the messages of the pages with the navigation. */
export async function loadAllMessages(): Promise<void> {
  parts.add('rest')
  await setLocale(wanted)
}

/** Return the language that the browser asks for. */
export function browserLocale(): Locale {
  return navigator.languages.map(languageOf).find(isLocale) ?? FALLBACK
}

export function isLocale(name: unknown): name is Locale {
  return LOCALES.includes(name as Locale)
}

async function load(name: Locale, part: Part): Promise<void> {
  if (loaded.has(`${name}/${part}`)) return
  const { messages, library } = (await LOADERS[name][part]?.()) ?? {}
  i18n.global.mergeLocaleMessage(name, messages ?? {})
  if (library) libraryTexts[name] = library
  loaded.add(`${name}/${part}`)
}

function inBrowser(name: Locale): string | undefined {
  return navigator.languages.find((tag) => languageOf(tag) === name)
}

function languageOf(tag: string): string {
  return tag.split('-')[0] ?? tag
}
