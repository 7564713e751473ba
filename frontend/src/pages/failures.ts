import type { Examples, Page } from '@/router/pages'

export default [
  {
    path: 'unavailable',
    name: 'unavailable',
    title: 'Unavailable',
    access: 'standalone',
    view: () => import('@/views/UnavailableView.vue'),
  },
  {
    path: ':path(.*)*',
    name: 'not-found',
    title: 'Page not found',
    access: 'standalone',
    view: () => import('@/views/NotFoundView.vue'),
  },
] satisfies Page[]

export const examples: Examples = { path: 'no/such/page' }
