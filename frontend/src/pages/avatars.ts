import type { Page } from '@/router/pages'

export default [
  {
    path: 'account/picture',
    name: 'account-picture',
    title: 'avatars.title',
    view: () => import('@/components/account/PictureSection.vue'),
    accountSection: { group: 'account-profile', order: 10 },
  },
] satisfies Page[]
