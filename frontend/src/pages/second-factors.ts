import type { Page } from '@/router/pages'

export default [
  {
    path: 'account/two-factor',
    name: 'account-two-factor',
    title: 'secondFactors.twoFactor.title',
    view: () => import('@/components/account/TwoFactorSection.vue'),
    accountSection: { group: 'account-security', order: 60 },
  },
  {
    path: 'account/passkeys',
    name: 'account-passkeys',
    title: 'secondFactors.passkeys.title',
    view: () => import('@/components/account/PasskeysSection.vue'),
    accountSection: { group: 'account-security', order: 70 },
  },
] satisfies Page[]
