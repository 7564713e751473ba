import {
  mdiAccountOutline,
  mdiAccountRemoveOutline,
  mdiCellphoneKey,
  mdiDevices,
  mdiEmailOutline,
  mdiFingerprint,
  mdiFormTextboxPassword,
  mdiHistory,
  mdiKeyVariant,
  mdiLinkVariant,
  mdiThemeLightDark,
} from '@mdi/js'
import type { RouteComponent } from 'vue-router'

export interface AccountSection {
  path: string
  /** Name of the route. */
  name: string
  title: string
  icon: string
  component: () => Promise<RouteComponent>
}

/** Sections of the account page, in order; the first one is the default. Add a section here. */
export const ACCOUNT_SECTIONS: [AccountSection, ...AccountSection[]] = [
  {
    path: 'profile',
    name: 'account-profile',
    title: 'Profile',
    icon: mdiAccountOutline,
    component: () => import('@/components/account/ProfilePage.vue'),
  },
  {
    path: 'email',
    name: 'account-email',
    title: 'Email address',
    icon: mdiEmailOutline,
    component: () => import('@/components/account/EmailSection.vue'),
  },
  {
    path: 'password',
    name: 'account-password',
    title: 'Password',
    icon: mdiFormTextboxPassword,
    component: () => import('@/components/account/PasswordSection.vue'),
  },
  {
    path: 'two-factor',
    name: 'account-two-factor',
    title: 'Two-factor',
    icon: mdiCellphoneKey,
    component: () => import('@/components/account/TwoFactorSection.vue'),
  },
  {
    path: 'passkeys',
    name: 'account-passkeys',
    title: 'Passkeys',
    icon: mdiFingerprint,
    component: () => import('@/components/account/PasskeysSection.vue'),
  },
  {
    path: 'sessions',
    name: 'account-sessions',
    title: 'Sessions',
    icon: mdiDevices,
    component: () => import('@/components/account/SessionsSection.vue'),
  },
  {
    path: 'linked',
    name: 'account-linked',
    title: 'Linked accounts',
    icon: mdiLinkVariant,
    component: () => import('@/components/account/IdentitiesSection.vue'),
  },
  {
    path: 'tokens',
    name: 'account-tokens',
    title: 'API tokens',
    icon: mdiKeyVariant,
    component: () => import('@/components/account/TokensSection.vue'),
  },
  {
    path: 'activity',
    name: 'account-activity',
    title: 'Activity',
    icon: mdiHistory,
    component: () => import('@/components/account/ActivitySection.vue'),
  },
  {
    path: 'appearance',
    name: 'account-appearance',
    title: 'Appearance',
    icon: mdiThemeLightDark,
    component: () => import('@/components/account/AppearanceSection.vue'),
  },
  {
    path: 'delete',
    name: 'account-delete',
    title: 'Delete account',
    icon: mdiAccountRemoveOutline,
    component: () => import('@/components/account/DeleteSection.vue'),
  },
]
