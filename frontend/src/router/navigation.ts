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
  /** Whether guests see it, too. */
  welcomesGuests?: boolean
  permission?: Permission
}

export interface NavigationSection {
  /** Nothing stands above the first section. */
  title?: string
  entries: NavigationEntry[]
}

/** The main navigation, in the order shown. A new page adds one line here; a section without entries is not shown. */
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
