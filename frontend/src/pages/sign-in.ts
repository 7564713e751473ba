import type { Page } from '@/router/pages'

export default [
  { path: 'sign-in', name: 'sign-in', title: 'Sign in', access: 'guest', view: () => import('@/views/SignInView.vue') },
  { path: 'sign-up', name: 'sign-up', title: 'Sign up', access: 'guest', view: () => import('@/views/SignUpView.vue') },
  {
    path: 'forgot-password',
    name: 'forgot-password',
    title: 'Forgot password',
    access: 'standalone',
    view: () => import('@/views/ForgotPasswordView.vue'),
  },
  {
    path: 'reset-password',
    name: 'reset-password',
    title: 'New password',
    access: 'standalone',
    view: () => import('@/views/ResetPasswordView.vue'),
  },
  {
    path: 'verify-email',
    name: 'verify-email',
    title: 'Confirm email address',
    access: 'standalone',
    view: () => import('@/views/VerifyEmailView.vue'),
  },
  {
    path: 'confirm-email',
    name: 'confirm-email',
    title: 'Confirm new email address',
    access: 'standalone',
    view: () => import('@/views/ConfirmEmailView.vue'),
  },
] satisfies Page[]
