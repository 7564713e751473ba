import {
  mdiAccountOutline,
  mdiAccountRemoveOutline,
  mdiDevices,
  mdiEmailOutline,
  mdiFormTextboxPassword,
  mdiHistory,
  mdiThemeLightDark,
} from '@mdi/js'

import type { Page } from '@/router/pages'

export default [
  {
    path: 'account/profile',
    name: 'account-profile',
    title: 'account.pages.profile',
    view: () => import('@/components/account/ProfilePage.vue'),
    accountSection: { icon: mdiAccountOutline, order: 10 },
  },
  {
    path: 'account/email',
    name: 'account-email',
    title: 'account.pages.email',
    view: () => import('@/components/account/EmailSection.vue'),
    accountSection: { icon: mdiEmailOutline, order: 20 },
  },
  {
    path: 'account/password',
    name: 'account-password',
    title: 'account.pages.password',
    view: () => import('@/components/account/PasswordSection.vue'),
    accountSection: { icon: mdiFormTextboxPassword, order: 30 },
  },
  {
    path: 'account/sessions',
    name: 'account-sessions',
    title: 'account.pages.sessions',
    view: () => import('@/components/account/SessionsSection.vue'),
    accountSection: { icon: mdiDevices, order: 60 },
  },
  {
    path: 'account/activity',
    name: 'account-activity',
    title: 'account.pages.activity',
    view: () => import('@/components/account/ActivitySection.vue'),
    accountSection: { icon: mdiHistory, order: 90 },
  },
  {
    path: 'account/appearance',
    name: 'account-appearance',
    title: 'account.pages.appearance',
    view: () => import('@/components/account/AppearanceSection.vue'),
    accountSection: { icon: mdiThemeLightDark, order: 100 },
  },
  {
    path: 'account/delete',
    name: 'account-delete',
    title: 'account.pages.delete',
    view: () => import('@/components/account/DeleteSection.vue'),
    accountSection: { icon: mdiAccountRemoveOutline, order: 110 },
  },
] satisfies Page[]
