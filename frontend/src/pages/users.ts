import { mdiAccountGroupOutline } from '@mdi/js'

import type { Examples, Page } from '@/router/pages'

export default [
  {
    path: 'admin/users',
    name: 'users',
    title: 'users.pages.list',
    access: 'read:users',
    view: () => import('@/views/UserListView.vue'),
    navigation: { section: 'navigation.administration', icon: mdiAccountGroupOutline, order: 110 },
  },
  {
    path: 'admin/users/:id',
    name: 'user',
    title: 'users.pages.user',
    access: 'read:users',
    view: () => import('@/views/UserView.vue'),
  },
] satisfies Page[]

export const examples: Examples = { id: { list: '/api/users' } }
