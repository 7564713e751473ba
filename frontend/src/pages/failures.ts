import type { Examples, Page } from '@/router/pages'

export default [
  {
    path: 'unavailable',
    name: 'unavailable',
    title: 'failures.pages.unavailable',
    access: 'standalone',
    view: () => import('@/views/UnavailableView.vue'),
  },
  // Before `forbidden`: the first one that fits is the page of an unknown address.
  {
    path: ':path(.*)*',
    name: 'not-found',
    title: 'failures.pages.notFound',
    access: 'public',
    view: () => import('@/views/NotFoundView.vue'),
  },
  // Shown by the guard only, at the address that the user has asked for.
  {
    path: ':address(.*)*',
    name: 'forbidden',
    title: 'failures.pages.forbidden',
    access: 'public',
    view: () => import('@/views/ForbiddenView.vue'),
  },
] satisfies Page[]

export const examples: Examples = { path: 'no/such/page', address: 'no/such/page' }
