import { mdiCommentTextOutline } from '@mdi/js'

import type { Feature } from '@/utils/features'
import { countOf } from '@/utils/words'

export default {
  notifications: { comment: mdiCommentTextOutline },
  counts: { comments: { title: 'Comments', order: 20, says: (number) => `received ${countOf(number, 'comment')}` } },
} satisfies Feature
