import { mdiCommentTextOutline } from '@mdi/js'

import type { Feature } from '@/utils/features'

export default {
  notifications: { comment: mdiCommentTextOutline },
  counts: { comments: { title: 'comments.counts.all', order: 20, says: 'comments.counts.received' } },
} satisfies Feature
