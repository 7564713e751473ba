import {
  mdiAccountGroupOutline,
  mdiCogSyncOutline,
  mdiFileChartOutline,
  mdiPostOutline,
  mdiShieldSearch,
  mdiViewDashboardOutline,
} from '@mdi/js'

import type { Permission } from '@/api/generated/client'

export interface NavigationEntry {
  title: string
  icon: string
  /** Name of the route. */
  to: string
  /** Whether guests see it. */
  welcomesGuests?: boolean
  permission?: Permission
}

export interface NavigationSection {
  /** The first section has none. */
  title?: string
  entries: NavigationEntry[]
}

/** The main navigation, in order. Add a page here; sections without visible entries are hidden. */
export const navigation: NavigationSection[] = [
  {
    entries: [
      { title: 'Dashboard', icon: mdiViewDashboardOutline, to: 'dashboard' },
      { title: 'Posts', icon: mdiPostOutline, to: 'posts', welcomesGuests: true },
      { title: 'Reports', icon: mdiFileChartOutline, to: 'reports' },
    ],
  },
  {
    title: 'Administration',
    entries: [
      { title: 'Users', icon: mdiAccountGroupOutline, to: 'users', permission: 'read:users' },
      { title: 'Security events', icon: mdiShieldSearch, to: 'security-events', permission: 'read:audit' },
      { title: 'Jobs', icon: mdiCogSyncOutline, to: 'jobs', permission: 'read:jobs' },
    ],
  },
]
