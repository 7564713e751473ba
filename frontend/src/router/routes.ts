import type { RouteRecordRaw } from 'vue-router'

import type { Permission } from '@/api/generated/client'

declare module 'vue-router' {
  interface RouteMeta {
    title: string
    /** Only for who is signed in; others go to the sign-in page and come back. */
    requiresAuth?: boolean
    /** Only for who is not signed in; others go to the dashboard. */
    requiresGuest?: boolean
    /** Only for who holds this permission; to others the page does not exist. */
    requiresPermission?: Permission
  }
}

export const routes: RouteRecordRaw[] = [
  {
    path: '/',
    component: () => import('@/components/layout/AppLayout.vue'),
    children: [
      { path: '', name: 'home', redirect: { name: 'dashboard' } },
      {
        path: 'dashboard',
        name: 'dashboard',
        component: () => import('@/views/DashboardView.vue'),
        meta: { title: 'Dashboard', requiresAuth: true },
      },
    ],
  },
  {
    path: '/',
    component: () => import('@/components/layout/GuestLayout.vue'),
    children: [
      {
        path: 'sign-in',
        name: 'sign-in',
        component: () => import('@/views/SignInView.vue'),
        meta: { title: 'Sign in', requiresGuest: true },
      },
      {
        path: 'sign-up',
        name: 'sign-up',
        component: () => import('@/views/SignUpView.vue'),
        meta: { title: 'Sign up', requiresGuest: true },
      },
      {
        path: 'unavailable',
        name: 'unavailable',
        component: () => import('@/views/UnavailableView.vue'),
        meta: { title: 'Not available' },
      },
      {
        path: ':path(.*)*',
        name: 'not-found',
        component: () => import('@/views/NotFoundView.vue'),
        meta: { title: 'Page not found' },
      },
    ],
  },
]
