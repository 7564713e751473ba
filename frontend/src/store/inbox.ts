import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'

import {
  listNotifications,
  type NotificationResponse,
  readAllNotifications,
  readNotification,
} from '@/api/generated/client'
import { useLive } from '@/composables/useLive'

import { useSnackbarStore } from './snackbar'
import { useSessionStore } from './session'

const SHOWN = 6

/** The newest notifications and the unread count, kept up to date by live events. */
export const useInboxStore = defineStore('inbox', () => {
  const session = useSessionStore()
  const snackbar = useSnackbarStore()

  const newest = shallowRef<NotificationResponse[]>([])
  const unread = ref(0)
  /** The latest live notification, for screen readers. */
  const arrived = ref('')
  const unreadOnes = computed(() => newest.value.filter(({ read_at: readAt }) => readAt === null))

  useLive('ready', () => void refresh())
  useLive('notifications_read', () => void refresh())
  useLive('notification', receive)
  watch(() => session.user?.id, forget)

  /** Reload the newest notifications. Keeps the shown ones on failure. */
  async function refresh(): Promise<void> {
    const user = session.user?.id
    const listing = await listNotifications({ limit: SHOWN }).catch(() => undefined)
    if (!listing || user !== session.user?.id) return
    newest.value = listing.data
    unread.value = listing.meta.unread
  }

  /** Events may be delivered twice. */
  function receive(notification: NotificationResponse): void {
    if (newest.value.some(({ id }) => id === notification.id)) return
    newest.value = [notification, ...newest.value].slice(0, SHOWN)
    unread.value += 1
    arrived.value = notification.message
  }

  function forget(): void {
    newest.value = []
    unread.value = 0
    arrived.value = ''
  }

  /** Not awaited: navigation to the notification's subject continues. */
  async function markRead({ id, read_at: readAt }: NotificationResponse): Promise<void> {
    if (readAt === null) await attempt(() => readNotification(id))
  }

  async function markAllRead(): Promise<void> {
    await attempt(readAllNotifications)
  }

  async function attempt(send: () => Promise<unknown>): Promise<void> {
    try {
      await send()
      await refresh()
    } catch (error) {
      snackbar.error(error)
    }
  }

  return { newest, unread, unreadOnes, arrived, refresh, markRead, markAllRead }
})
