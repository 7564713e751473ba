import { mdiShieldSearch } from '@mdi/js'

import type { Page } from '@/router/pages'

export default [
  {
    path: 'admin/security-events',
    name: 'security-events',
    title: 'securityEvents.pages.list',
    access: 'read:audit',
    view: () => import('@/views/SecurityEventListView.vue'),
    navigation: { section: 'navigation.administration', icon: mdiShieldSearch, order: 120 },
  },
] satisfies Page[]
