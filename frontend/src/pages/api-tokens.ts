import { mdiKeyVariant } from '@mdi/js'

import type { Page } from '@/router/pages'

export default [
  {
    path: 'account/tokens',
    name: 'account-tokens',
    title: 'apiTokens.pages.list',
    view: () => import('@/components/account/TokensSection.vue'),
    accountSection: { icon: mdiKeyVariant, order: 80 },
  },
] satisfies Page[]
