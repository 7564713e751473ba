import { mdiCommentTextOutline } from '@mdi/js'

import { feature } from '@/utils/features'

export default feature({ notifications: { comment: mdiCommentTextOutline } })
