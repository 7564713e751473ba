import type { Page } from '@/router/pages'

export default [
  {
    path: 'notifications',
    name: 'notifications',
    title: 'Notifications',
    view: () => import('@/views/NotificationListView.vue'),
  },
] satisfies Page[]
