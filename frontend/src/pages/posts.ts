import { mdiPostOutline } from '@mdi/js'

import type { Examples, Page } from '@/router/pages'

export default [
  {
    path: 'posts',
    name: 'posts',
    title: 'posts.pages.list',
    access: 'public',
    view: () => import('@/views/PostListView.vue'),
    isTour: true,
    navigation: { icon: mdiPostOutline, order: 20 },
  },
  { path: 'posts/new', name: 'new-post', title: 'posts.pages.new', view: () => import('@/views/NewPostView.vue') },
  {
    path: 'posts/:id',
    name: 'post',
    title: 'posts.pages.post',
    access: 'public',
    view: () => import('@/views/PostView.vue'),
  },
  {
    path: 'posts/:id/edit',
    name: 'edit-post',
    title: 'posts.pages.edit',
    view: () => import('@/views/EditPostView.vue'),
  },
] satisfies Page[]

export const examples: Examples = {
  id: { create: '/api/posts', body: { title: 'On engines', content: 'First paragraph.' } },
}
