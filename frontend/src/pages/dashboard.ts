import { mdiViewDashboardOutline } from '@mdi/js'

import type { Page } from '@/router/pages'

export default [
  {
    path: 'dashboard',
    name: 'dashboard',
    title: 'dashboard.pages.dashboard',
    view: () => import('@/views/DashboardView.vue'),
    navigation: { icon: mdiViewDashboardOutline, order: 10 },
  },
] satisfies Page[]
