import type { Page } from '@/router/pages'

export default [
  {
    path: 'account/data',
    name: 'account-data',
    title: 'dataExport.title',
    view: () => import('@/components/account/DataExportSection.vue'),
    accountSection: { group: 'account-profile', order: 35 },
  },
] satisfies Page[]
