import { mdiCommentTextOutline } from '@mdi/js'

import { feature } from '@/utils/features'
import { countOf } from '@/utils/words'

export default feature({
  notifications: { comment: mdiCommentTextOutline },
  counts: { comments: { title: 'Comments', order: 20, says: (number) => `received ${countOf(number, 'comment')}` } },
})
