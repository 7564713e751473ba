import { computed } from 'vue'

import { updateCurrentUser } from '@/api/generated/client'
import { keepLanguage } from '@/connectLanguage'
import { locale, LOCALES } from '@/i18n'
import type { Locale } from '@/messages/schema'
import { useSessionStore } from '@/store/session'
import { useSnackbarStore } from '@/store/snackbar'

/** The languages of the interface, by their own names. */
export const LANGUAGES = LOCALES.map((language) => ({ value: language, title: nameOf(language) }))

/** The language of the interface. A choice is kept in this browser and, once signed in, in the account. */
export function useLanguage() {
  const session = useSessionStore()
  const snackbar = useSnackbarStore()

  /** The account's choice; null is the browser's own language. */
  const choice = computed(() => session.user?.language ?? null)

  async function choose(next: Locale | null): Promise<void> {
    try {
      await keepLanguage(next)
      if (session.isSignedIn) session.accept((await updateCurrentUser({ language: next })).data)
    } catch (error) {
      snackbar.error(error)
    }
  }

  return { language: locale, choice, choose }
}

function nameOf(language: Locale): string {
  return new Intl.DisplayNames(language, { type: 'language' }).of(language) ?? language
}
