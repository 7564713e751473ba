import { useDocumentVisibility } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, onScopeDispose, ref, watch } from 'vue'

import { apiAddress } from '@/api/address'
import { getCurrentUser, type NotificationResponse } from '@/api/generated/client'

import { useSessionStore } from './session'

/** Live events of `GET /api/events`, by name. A feature adds its own where it listens: `declare module`. */
export interface LiveEvents {
  /** Events may have been missed: reload shown data. Names the user of the stream, which depends on the cookies. */
  ready: { user_id: string }
  notification: NotificationResponse
  notifications_read: Record<string, never>
}

type Kind = keyof LiveEvents
type Listener<K extends Kind> = (data: LiveEvents[K]) => void

const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 30_000

/**
 * The live event stream of this page, open while a user is signed in and the tab is visible: browsers limit the
 * connections per host, and background tabs would use them all. A reopened stream starts with `ready`.
 */
export const useLiveStore = defineStore('live', () => {
  const session = useSessionStore()
  const visibility = useDocumentVisibility()
  const listener = computed(() => (visibility.value === 'visible' ? session.user?.id : undefined))

  const isConnected = ref(false)
  const listeners = new Map<Kind, Set<(data: never) => void>>()
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let failures = 0

  function open(): void {
    const opened = (source = new EventSource(apiAddress('/api/events'), { withCredentials: true }))
    for (const kind of listeners.keys()) hear(opened, kind)
    opened.addEventListener('ready', ({ data }: MessageEvent<string>) => {
      isConnected.value = true
      failures = 0
      const { user_id: userId } = JSON.parse(data) as LiveEvents['ready']
      if (userId !== session.user?.id) void session.check()
    })
    opened.addEventListener('error', () => {
      isConnected.value = false
      // The browser reconnects lost connections itself; a response that is not a stream is final.
      if (opened.readyState === EventSource.CLOSED) void reconnect(opened)
    })
  }

  function hear(opened: EventSource, kind: Kind): void {
    opened.addEventListener(kind, ({ data }: MessageEvent<string>) => {
      dispatch(kind, JSON.parse(data))
    })
  }

  /** Renew or end the session with an ordinary request, which an EventSource cannot do, then reopen the stream. */
  async function reconnect(refused: EventSource): Promise<void> {
    await getCurrentUser().catch(() => undefined)
    if (source === refused) timer = setTimeout(open, reconnectDelay(failures++))
  }

  function close(): void {
    clearTimeout(timer)
    source?.close()
    source = undefined
    failures = 0
    isConnected.value = false
  }

  function dispatch(kind: Kind, data: unknown): void {
    for (const listen of listeners.get(kind) ?? []) listen(data as never)
  }

  /** Call `listen` for every event of this kind. Returns a function that stops it. */
  function on<K extends Kind>(kind: K, listen: Listener<K>): () => void {
    if (!listeners.has(kind)) {
      listeners.set(kind, new Set())
      if (source) hear(source, kind)
    }
    listeners.get(kind)?.add(listen)
    return () => listeners.get(kind)?.delete(listen)
  }

  watch(
    listener,
    (id) => {
      close()
      if (id) open()
    },
    { immediate: true, flush: 'sync' },
  )
  onScopeDispose(close)

  return { isConnected, on }
})

/** Return an exponential delay with jitter, so that clients do not all reconnect at once. */
function reconnectDelay(failures: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2)
}
