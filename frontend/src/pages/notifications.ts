import type { Page } from '@/router/pages'

export default [
  {
    path: 'notifications',
    name: 'notifications',
    title: 'notifications.pages.list',
    view: () => import('@/views/NotificationListView.vue'),
  },
] satisfies Page[]
