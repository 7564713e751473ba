import { mdiAccountCircleOutline } from '@mdi/js'

import type { Feature } from '@/utils/features'

export default {
  firstSteps: [
    {
      title: 'avatars.firstSteps.add',
      icon: mdiAccountCircleOutline,
      order: 40,
      to: { name: 'account-profile' },
      isDone: ({ user }) => user.avatar_url !== null,
    },
  ],
} satisfies Feature
