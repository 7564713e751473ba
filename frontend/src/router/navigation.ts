import { mdiViewDashboardOutline } from '@mdi/js'

import type { Permission } from '@/api/generated/client'

export interface NavigationEntry {
  title: string
  icon: string
  /** Name of the route. */
  to: string
  permission?: Permission
}

/** The main navigation, in the order shown. A new page adds one line here. */
export const navigation: NavigationEntry[] = [{ title: 'Dashboard', icon: mdiViewDashboardOutline, to: 'dashboard' }]
