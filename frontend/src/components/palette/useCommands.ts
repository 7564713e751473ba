import { mdiAccountCogOutline, mdiLogout } from '@mdi/js'
import { computed } from 'vue'
import type { RouteLocationRaw } from 'vue-router'

import { COLOR_SCHEMES, useColorScheme } from '@/composables/useColorScheme'
import { useSignOut } from '@/composables/useSignOut'
import { FEATURES } from '@/features'
import { t } from '@/i18n'
import { navigation } from '@/router/navigation'
import { pagesIn } from '@/router/pages'
import { useSessionStore } from '@/store/session'

/** Something that the palette does or opens. */
export interface Command {
  title: string
  subtitle?: string
  icon: string
  to?: RouteLocationRaw
  run?: () => unknown
}

/** Pages that this user may open, and what they can do anywhere. */
export function useCommands() {
  const session = useSessionStore()
  const { choose } = useColorScheme()
  const signOut = useSignOut()

  const pages = computed<Command[]>(() => [
    ...navigation
      .flatMap(({ entries }) => entries)
      .filter(({ welcomesGuests, permission }) =>
        session.isSignedIn ? !permission || session.can(permission) : welcomesGuests,
      )
      .map(({ title, icon, to }) => ({ title: t(title), icon, to: { name: to } })),
    ...(session.isSignedIn ? pagesIn('accountSection') : []).map(({ title, name }) => ({
      title: t(title),
      subtitle: t('navigation.account.open'),
      icon: mdiAccountCogOutline,
      to: { name },
    })),
  ])

  const actions = computed<Command[]>(() => [
    ...(session.isSignedIn ? FEATURES.flatMap((feature) => feature.actions ?? []) : []).map(({ title, icon, to }) => ({
      title: t(title),
      icon,
      to,
    })),
    ...COLOR_SCHEMES.map(({ choice, icon }) => ({
      title: t(`common.colorScheme.${choice}`),
      subtitle: t('common.colorScheme.label'),
      icon,
      run: () => {
        choose(choice)
      },
    })),
    ...(session.isSignedIn ? [{ title: t('navigation.signOut'), icon: mdiLogout, run: signOut }] : []),
  ])

  return { pages, actions }
}
