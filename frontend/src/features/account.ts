import { mdiEmailCheckOutline } from '@mdi/js'

import type { Feature } from '@/utils/features'

export default {
  firstSteps: [
    {
      title: 'account.firstSteps.verify',
      icon: mdiEmailCheckOutline,
      order: 10,
      to: { name: 'account-email' },
      isDone: ({ user }) => user.is_verified,
    },
  ],
} satisfies Feature
