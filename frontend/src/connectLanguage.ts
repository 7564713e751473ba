import { watch } from 'vue'

import { browserLocale, isLocale, locale, setLocale } from '@/i18n'
import { SLUG } from '@/product'
import { readStored, writeStored } from '@/utils/storage'

import type { Locale } from './messages/schema'
import { showTitle } from './router/title'
import { useSessionStore } from './store/session'

/** The language that the user chose in this browser, shared between tabs. */
const KEY = `${SLUG}.language`

/**
 * Show the language of the account, else the one chosen in this browser, else the browser's own. Resolves when the
 * texts of the first page are there; without them it is shown in English. Returns a function that stops it.
 */
export async function connectLanguage(): Promise<() => void> {
  const session = useSessionStore()
  const ending = new AbortController()
  addEventListener('storage', ({ key }) => key === KEY && void show(chosenLocale()), { signal: ending.signal })
  const stopTitle = watch(locale, showTitle)
  const stopAccount = watch(
    () => session.user?.language,
    (language) => isLocale(language) && void keepLanguage(language).catch(() => undefined),
  )
  await show(chosenLocale())
  return () => {
    ending.abort()
    stopTitle()
    stopAccount()
  }
}

/** Show a language now and on the next visit; null is the browser's own. */
export async function keepLanguage(language: Locale | null): Promise<void> {
  writeStored(KEY, language)
  await setLocale(language ?? browserLocale())
}

async function show(language: Locale): Promise<void> {
  await setLocale(language).catch(() => undefined)
}

function chosenLocale(): Locale {
  const stored = readStored(KEY)
  return isLocale(stored) ? stored : browserLocale()
}
