import type { Page } from '@/router/pages'

/** Return a loader of a tab of the account page. Features add sections to it by its name. */
function group(name: string) {
  return () => import('@/router/account').then(({ loadSections }) => loadSections(name))
}

export default [
  {
    path: 'account/profile',
    name: 'account-profile',
    title: 'account.groups.profile',
    view: group('account-profile'),
    accountGroup: { order: 10 },
  },
  {
    path: 'account/security',
    name: 'account-security',
    title: 'account.groups.security',
    view: group('account-security'),
    accountGroup: { order: 20 },
  },
  {
    path: 'account/developer',
    name: 'account-developer',
    title: 'account.groups.developer',
    view: group('account-developer'),
    accountGroup: { order: 30 },
  },
  {
    path: 'account/appearance',
    name: 'account-appearance',
    title: 'account.groups.appearance',
    view: group('account-appearance'),
    accountGroup: { order: 40 },
  },
  {
    path: 'account/details',
    name: 'account-details',
    title: 'account.details.title',
    view: () => import('@/components/account/ProfileSection.vue'),
    accountSection: { group: 'account-profile', order: 20 },
  },
  {
    path: 'account/email',
    name: 'account-email',
    title: 'account.email.title',
    view: () => import('@/components/account/EmailSection.vue'),
    accountSection: { group: 'account-profile', order: 30 },
  },
  {
    path: 'account/delete',
    name: 'account-delete',
    title: 'account.delete.title',
    view: () => import('@/components/account/DeleteSection.vue'),
    accountSection: { group: 'account-profile', order: 40 },
  },
  {
    path: 'account/password',
    name: 'account-password',
    title: 'account.password.title',
    view: () => import('@/components/account/PasswordSection.vue'),
    accountSection: { group: 'account-security', order: 50 },
  },
  {
    path: 'account/sessions',
    name: 'account-sessions',
    title: 'account.sessions.title',
    view: () => import('@/components/account/SessionsSection.vue'),
    accountSection: { group: 'account-security', order: 90 },
  },
  {
    path: 'account/activity',
    name: 'account-activity',
    title: 'account.activity.title',
    view: () => import('@/components/account/ActivitySection.vue'),
    accountSection: { group: 'account-security', order: 100 },
  },
  {
    path: 'account/language',
    name: 'account-language',
    title: 'account.language.title',
    view: () => import('@/components/account/LanguageSection.vue'),
    accountSection: { group: 'account-appearance', order: 120 },
  },
  {
    path: 'account/colours',
    name: 'account-colours',
    title: 'account.colours.title',
    view: () => import('@/components/account/AppearanceSection.vue'),
    accountSection: { group: 'account-appearance', order: 130 },
  },
] satisfies Page[]
