import { mdiPlus } from '@mdi/js'

import type { Feature } from '@/utils/features'

export default {
  tour: { name: 'posts' },
  actions: [{ title: 'posts.pages.new', icon: mdiPlus, to: { name: 'new-post' } }],
  counts: {
    posts: {
      title: 'posts.counts.mine',
      order: 10,
      shortTitle: 'posts.counts.all',
      says: 'posts.counts.wrote',
      to: { name: 'posts', query: { scope: 'mine' } },
    },
    published_posts: { title: 'posts.counts.published', order: 11 },
  },
} satisfies Feature
