import { mdiCellphoneKey, mdiFingerprint } from '@mdi/js'

import type { Page } from '@/router/pages'

export default [
  {
    path: 'account/two-factor',
    name: 'account-two-factor',
    title: 'secondFactors.pages.twoFactor',
    view: () => import('@/components/account/TwoFactorSection.vue'),
    accountSection: { icon: mdiCellphoneKey, order: 40 },
  },
  {
    path: 'account/passkeys',
    name: 'account-passkeys',
    title: 'secondFactors.pages.passkeys',
    view: () => import('@/components/account/PasskeysSection.vue'),
    accountSection: { icon: mdiFingerprint, order: 50 },
  },
] satisfies Page[]
