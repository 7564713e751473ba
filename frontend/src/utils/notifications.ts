import { mdiCommentTextOutline, mdiFileChartOutline } from '@mdi/js'

import type { NotificationKind } from '@/api/generated/client'

/** Icon of each kind of notification. */
export const NOTIFICATION_ICONS: Record<NotificationKind, string> = {
  comment: mdiCommentTextOutline,
  report_ready: mdiFileChartOutline,
}
