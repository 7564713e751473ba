import type { Page } from '@/router/pages'

/** Without this file, `/` leads to the first page of the navigation. */
export default [
  {
    path: '',
    name: 'home',
    title: 'landing.pages.landing',
    access: 'guest',
    view: () => import('@/views/LandingView.vue'),
  },
] satisfies Page[]
