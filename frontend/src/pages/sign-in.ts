import type { Page } from '@/router/pages'

export default [
  {
    path: 'sign-in',
    name: 'sign-in',
    title: 'signIn.pages.signIn',
    access: 'guest',
    view: () => import('@/views/SignInView.vue'),
  },
  {
    path: 'sign-up',
    name: 'sign-up',
    title: 'signIn.pages.signUp',
    access: 'guest',
    view: () => import('@/views/SignUpView.vue'),
  },
  {
    path: 'forgot-password',
    name: 'forgot-password',
    title: 'signIn.pages.forgotPassword',
    access: 'standalone',
    view: () => import('@/views/ForgotPasswordView.vue'),
  },
  {
    path: 'reset-password',
    name: 'reset-password',
    title: 'signIn.pages.resetPassword',
    access: 'standalone',
    view: () => import('@/views/ResetPasswordView.vue'),
  },
  {
    path: 'verify-email',
    name: 'verify-email',
    title: 'signIn.pages.verifyEmail',
    access: 'standalone',
    view: () => import('@/views/VerifyEmailView.vue'),
  },
  {
    path: 'accept-invitation',
    name: 'accept-invitation',
    title: 'signIn.pages.acceptInvitation',
    access: 'standalone',
    view: () => import('@/views/AcceptInvitationView.vue'),
  },
  {
    path: 'confirm-email',
    name: 'confirm-email',
    title: 'signIn.pages.confirmEmail',
    access: 'standalone',
    view: () => import('@/views/ConfirmEmailView.vue'),
  },
] satisfies Page[]
