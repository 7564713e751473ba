import { computed } from 'vue'

import { changePages } from '@/api/cachedLists'
import {
  getListNotificationsQueryKey,
  type NotificationListing,
  type NotificationResponse,
  readAllNotifications,
  readNotification,
  useListNotifications,
} from '@/api/generated/client'

import { useOptimistic } from './useOptimistic'

const SHOWN = 6
const KEY = getListNotificationsQueryKey()

/** The newest notifications and the unread count, kept up to date by live events. */
export function useInbox() {
  const query = useListNotifications({ limit: SHOWN })
  const { data } = query

  const newest = computed(() => data.value?.data.slice(0, SHOWN) ?? [])
  const unread = computed(() => data.value?.meta.unread ?? 0)
  const unreadOnes = computed(() => newest.value.filter(isUnread))
  return { query, newest, unread, unreadOnes }
}

/** Mark a notification as read, before the API has answered. */
export function useMarkRead() {
  const { mutate } = useOptimistic<NotificationResponse>({
    key: KEY,
    show: (client, { id }) =>
      changePages<NotificationListing>(client, KEY, (page) =>
        withRead(page, (notification) => notification.id === id, page.meta.unread - 1),
      ),
    send: ({ id }) => readNotification(id),
  })
  return (notification: NotificationResponse): void => {
    if (isUnread(notification)) mutate(notification)
  }
}

/** Mark all notifications as read, before the API has answered. */
export function useMarkAllRead() {
  const { mutate } = useOptimistic<undefined>({
    key: KEY,
    show: (client) => changePages<NotificationListing>(client, KEY, (page) => withRead(page, () => true, 0)),
    send: () => readAllNotifications(),
  })
  return (): void => {
    mutate(undefined)
  }
}

function isUnread({ read_at: readAt }: NotificationResponse): boolean {
  return readAt === null
}

function withRead(
  { data, meta }: NotificationListing,
  isMeant: (notification: NotificationResponse) => boolean,
  unread: number,
): NotificationListing {
  const now = new Date().toISOString()
  return {
    data: data.map((notification) =>
      isUnread(notification) && isMeant(notification) ? { ...notification, read_at: now } : notification,
    ),
    meta: { ...meta, unread: Math.max(0, unread) },
  }
}
