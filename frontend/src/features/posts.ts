import { mdiPencilOutline, mdiPlus, mdiPostOutline } from '@mdi/js'

import { listPosts } from '@/api/generated/client'
import type { Feature, Found } from '@/utils/features'

const FOUND = 5

export default {
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
  firstSteps: [
    {
      title: 'posts.firstSteps.write',
      icon: mdiPencilOutline,
      order: 20,
      to: { name: 'new-post' },
      isDone: ({ activity }) => activity.counts.some(({ name, total }) => name === 'posts' && total > 0),
    },
  ],
  search: { title: 'posts.pages.list', icon: mdiPostOutline, find },
} satisfies Feature

async function find(text: string): Promise<Found[]> {
  const { data } = await listPosts({ q: text, limit: FOUND })
  return data.map(({ id, title, author }) => ({
    title,
    subtitle: author.name ?? undefined,
    to: { name: 'post', params: { id } },
  }))
}
