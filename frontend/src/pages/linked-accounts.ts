import { mdiLinkVariant } from '@mdi/js'

import type { Page } from '@/router/pages'

export default [
  {
    path: 'account/linked',
    name: 'account-linked',
    title: 'linkedAccounts.pages.list',
    view: () => import('@/components/account/IdentitiesSection.vue'),
    accountSection: { icon: mdiLinkVariant, order: 70 },
  },
] satisfies Page[]
