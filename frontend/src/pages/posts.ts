import { mdiPostOutline } from '@mdi/js'

import type { Examples, Page } from '@/router/pages'

export default [
  {
    path: 'posts',
    name: 'posts',
    title: 'Posts',
    access: 'public',
    view: () => import('@/views/PostListView.vue'),
    navigation: { icon: mdiPostOutline, order: 20 },
  },
  { path: 'posts/new', name: 'new-post', title: 'New post', view: () => import('@/views/NewPostView.vue') },
  { path: 'posts/:id', name: 'post', title: 'Post', access: 'public', view: () => import('@/views/PostView.vue') },
  { path: 'posts/:id/edit', name: 'edit-post', title: 'Edit post', view: () => import('@/views/EditPostView.vue') },
] satisfies Page[]

export const examples: Examples = {
  id: { create: '/api/posts', body: { title: 'On engines', content: 'First paragraph.' } },
}
