import type { Page } from '@/router/pages'

export default [
  {
    path: 'account/linked',
    name: 'account-linked',
    title: 'linkedAccounts.title',
    view: () => import('@/components/account/IdentitiesSection.vue'),
    accountSection: { group: 'account-security', order: 80 },
  },
] satisfies Page[]
