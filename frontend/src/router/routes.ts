import type { RouteRecordRaw } from 'vue-router'

import type { Permission } from '@/api/generated/client'

import { ACCOUNT_SECTIONS } from './account'

declare module 'vue-router' {
  interface RouteMeta {
    title: string
    /** For guests and users; the content depends on who is signed in. */
    welcomesGuests?: boolean
    /** Signed-in users only; guests are sent to the sign-in page and back. */
    requiresAuth?: boolean
    /** Guests only; signed-in users are sent to the dashboard. */
    requiresGuest?: boolean
    /** Only for users with this permission; others get the not-found page. */
    requiresPermission?: Permission
  }
}

// Ids of any other form are not found without asking the API.
const UUID = '([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})'

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
      {
        path: 'posts',
        name: 'posts',
        component: () => import('@/views/PostListView.vue'),
        meta: { title: 'Posts', welcomesGuests: true },
      },
      {
        path: 'posts/new',
        name: 'new-post',
        component: () => import('@/views/NewPostView.vue'),
        meta: { title: 'New post', requiresAuth: true },
      },
      {
        path: `posts/:id${UUID}`,
        name: 'post',
        component: () => import('@/views/PostView.vue'),
        props: true,
        meta: { title: 'Post', welcomesGuests: true },
      },
      {
        path: `posts/:id${UUID}/edit`,
        name: 'edit-post',
        component: () => import('@/views/EditPostView.vue'),
        props: true,
        meta: { title: 'Edit post', requiresAuth: true },
      },
      {
        path: 'reports',
        name: 'reports',
        component: () => import('@/views/ReportListView.vue'),
        meta: { title: 'Reports', requiresAuth: true },
      },
      {
        path: `reports/:id${UUID}`,
        name: 'report',
        component: () => import('@/views/ReportView.vue'),
        props: true,
        meta: { title: 'Report', requiresAuth: true },
      },
      {
        path: 'notifications',
        name: 'notifications',
        component: () => import('@/views/NotificationListView.vue'),
        meta: { title: 'Notifications', requiresAuth: true },
      },
      {
        path: 'account',
        component: () => import('@/views/AccountView.vue'),
        redirect: { name: ACCOUNT_SECTIONS[0].name },
        children: ACCOUNT_SECTIONS.map(({ path, name, title, component }) => ({
          path,
          name,
          component,
          meta: { title, requiresAuth: true },
        })),
      },
      {
        path: 'admin/users',
        name: 'users',
        component: () => import('@/views/UserListView.vue'),
        meta: { title: 'Users', requiresAuth: true, requiresPermission: 'read:users' },
      },
      {
        path: `admin/users/:id${UUID}`,
        name: 'user',
        component: () => import('@/views/UserView.vue'),
        props: true,
        meta: { title: 'User', requiresAuth: true, requiresPermission: 'read:users' },
      },
      {
        path: 'admin/security-events',
        name: 'security-events',
        component: () => import('@/views/SecurityEventListView.vue'),
        meta: { title: 'Security events', requiresAuth: true, requiresPermission: 'read:audit' },
      },
      {
        path: 'admin/jobs',
        name: 'jobs',
        component: () => import('@/views/JobListView.vue'),
        meta: { title: 'Jobs', requiresAuth: true, requiresPermission: 'read:jobs' },
      },
      {
        path: `admin/jobs/:id${UUID}`,
        name: 'job',
        component: () => import('@/views/JobView.vue'),
        props: true,
        meta: { title: 'Job', requiresAuth: true, requiresPermission: 'read:jobs' },
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
        path: 'forgot-password',
        name: 'forgot-password',
        component: () => import('@/views/ForgotPasswordView.vue'),
        meta: { title: 'Forgot password' },
      },
      {
        path: 'reset-password',
        name: 'reset-password',
        component: () => import('@/views/ResetPasswordView.vue'),
        meta: { title: 'New password' },
      },
      {
        path: 'verify-email',
        name: 'verify-email',
        component: () => import('@/views/VerifyEmailView.vue'),
        meta: { title: 'Confirm email address' },
      },
      {
        path: 'confirm-email',
        name: 'confirm-email',
        component: () => import('@/views/ConfirmEmailView.vue'),
        meta: { title: 'Confirm new email address' },
      },
      {
        path: 'unavailable',
        name: 'unavailable',
        component: () => import('@/views/UnavailableView.vue'),
        meta: { title: 'Unavailable' },
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
