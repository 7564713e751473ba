import type { Page } from '@/router/pages'

export default [
  {
    path: 'account/tokens',
    name: 'account-tokens',
    title: 'apiTokens.title',
    view: () => import('@/components/account/TokensSection.vue'),
    accountSection: { group: 'account-developer', order: 110 },
  },
] satisfies Page[]
