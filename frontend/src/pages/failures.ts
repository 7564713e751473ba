import type { Examples, Page } from '@/router/pages'

export default [
  {
    path: 'unavailable',
    name: 'unavailable',
    title: 'failures.pages.unavailable',
    access: 'standalone',
    view: () => import('@/views/UnavailableView.vue'),
  },
  {
    path: ':path(.*)*',
    name: 'not-found',
    title: 'failures.pages.notFound',
    access: 'standalone',
    view: () => import('@/views/NotFoundView.vue'),
  },
] satisfies Page[]

export const examples: Examples = { path: 'no/such/page' }
