import { mdiCogSyncOutline } from '@mdi/js'

import type { Examples, Page } from '@/router/pages'

export default [
  {
    path: 'admin/jobs',
    name: 'jobs',
    title: 'jobs.pages.list',
    access: 'read:jobs',
    view: () => import('@/views/JobListView.vue'),
    navigation: { section: 'navigation.administration', icon: mdiCogSyncOutline, order: 130 },
  },
  {
    path: 'admin/jobs/:id',
    name: 'job',
    title: 'jobs.pages.job',
    access: 'read:jobs',
    view: () => import('@/views/JobView.vue'),
  },
] satisfies Page[]

export const examples: Examples = { id: { list: '/api/jobs' } }
