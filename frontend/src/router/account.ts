import { mdiAccountOutline, mdiThemeLightDark } from '@mdi/js'
import type { RouteComponent } from 'vue-router'

export interface AccountSection {
  path: string
  /** Name of the route. */
  name: string
  title: string
  icon: string
  component: () => Promise<RouteComponent>
}

/** The sections of the account page, in the order shown; the first one opens. A new section adds one entry here. */
export const ACCOUNT_SECTIONS: [AccountSection, ...AccountSection[]] = [
  {
    path: 'profile',
    name: 'account-profile',
    title: 'Profile',
    icon: mdiAccountOutline,
    component: () => import('@/components/account/ProfilePage.vue'),
  },
  {
    path: 'appearance',
    name: 'account-appearance',
    title: 'Appearance',
    icon: mdiThemeLightDark,
    component: () => import('@/components/account/AppearanceSection.vue'),
  },
]
