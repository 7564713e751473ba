import { mdiPlus } from '@mdi/js'

import type { Feature } from '@/utils/features'
import { countOf } from '@/utils/words'

export default {
  actions: [{ title: 'New post', icon: mdiPlus, to: { name: 'new-post' } }],
  counts: {
    posts: {
      title: 'Your posts',
      order: 10,
      shortTitle: 'Posts',
      says: (number) => `wrote ${countOf(number, 'post')}`,
      to: { name: 'posts', query: { scope: 'mine' } },
    },
    published_posts: { title: 'Published', order: 11 },
  },
} satisfies Feature
