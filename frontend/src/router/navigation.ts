import type { Permission } from '@/api/generated/client'
import type { MessageKey } from '@/messages/schema'

import { pagesIn, requirements } from './pages'

export interface NavigationEntry {
  title: MessageKey
  icon: string
  /** Name of the route. */
  to: string
  /** Whether guests see it. */
  welcomesGuests?: boolean
  permission?: Permission
}

export interface NavigationSection {
  /** The first section has none. */
  title?: MessageKey
  entries: NavigationEntry[]
}

const listed = pagesIn('navigation')

/** The main navigation, in order; sections without visible entries are hidden. */
export const navigation: NavigationSection[] = [...new Set(listed.map((page) => page.navigation.section))].map(
  (title) => ({ title, entries: listed.filter((page) => page.navigation.section === title).map(toEntry) }),
)

/** The route that the app starts with. */
export const HOME = listed[0]?.name

function toEntry({ name, title, access, navigation: { icon } }: (typeof listed)[number]): NavigationEntry {
  const { welcomesGuests, requiresPermission: permission } = requirements(access)
  return { title, icon, to: name, welcomesGuests, permission }
}
