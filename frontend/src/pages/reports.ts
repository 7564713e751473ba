import { mdiFileChartOutline } from '@mdi/js'

import type { Examples, Page } from '@/router/pages'

export default [
  {
    path: 'reports',
    name: 'reports',
    title: 'reports.pages.list',
    view: () => import('@/views/ReportListView.vue'),
    navigation: { icon: mdiFileChartOutline, order: 30 },
  },
  { path: 'reports/:id', name: 'report', title: 'reports.pages.report', view: () => import('@/views/ReportView.vue') },
] satisfies Page[]

export const examples: Examples = { id: { create: '/api/reports', body: { kind: 'activity' } } }
