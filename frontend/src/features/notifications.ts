import type { QueryClient } from '@tanstack/vue-query'

import { changePages } from '@/api/cachedLists'
import {
  getListNotificationsQueryKey,
  type NotificationListing,
  type NotificationResponse,
} from '@/api/generated/client'
import { isAsking, refreshes } from '@/api/queryClient'
import type { Feature } from '@/utils/features'

const KEY = getListNotificationsQueryKey()
const refresh = refreshes(KEY)

export default { events: { ready: refresh, notification: receive, notifications_read: refresh } } satisfies Feature

/** Events may be delivered twice. */
function receive(client: QueryClient, notification: NotificationResponse): void {
  changePages<NotificationListing>(client, KEY, (page, { isFirst }) => {
    if (!isFirst || page.data.some(({ id }) => id === notification.id)) return page
    return { data: [notification, ...page.data], meta: { ...page.meta, unread: page.meta.unread + 1 } }
  })
  // Its answer may be from before the event.
  if (isAsking(client, KEY)) void refresh(client)
}
