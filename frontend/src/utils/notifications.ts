import { mdiCommentTextOutline, mdiFileChartOutline } from '@mdi/js'

import type { NotificationKind } from '@/api/generated/client'

/** How each kind of notification is drawn. */
export const NOTIFICATION_ICONS: Record<NotificationKind, string> = {
  comment: mdiCommentTextOutline,
  report_ready: mdiFileChartOutline,
}
