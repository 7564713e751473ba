import { vi } from 'vitest'

import type { LiveEvents } from '@/store/live'

/** A mock of EventSource, which jsdom lacks. The browser tests use the real one. */
class SilentEventSource extends EventTarget {
  static readonly CONNECTING = 0
  static readonly OPEN = 1
  static readonly CLOSED = 2

  static readonly opened: SilentEventSource[] = []

  readyState: number = SilentEventSource.CONNECTING

  readonly withCredentials: boolean

  constructor(
    readonly url: string,
    { withCredentials = false }: EventSourceInit = {},
  ) {
    super()
    this.withCredentials = withCredentials
    SilentEventSource.opened.push(this)
  }

  close(): void {
    this.readyState = SilentEventSource.CLOSED
  }
}

/** Install mock streams that only send what a test sends. */
export function installEventSource(): void {
  vi.stubGlobal('EventSource', SilentEventSource)
  SilentEventSource.opened.length = 0
}

/** Return the opened streams, oldest first. */
export function streams(): readonly { url: string; withCredentials: boolean; readyState: number }[] {
  return SilentEventSource.opened
}

/** Send an event through the newest stream. */
export function sendEvent<Kind extends keyof LiveEvents>(kind: Kind, data: LiveEvents[Kind]): void {
  newest().dispatchEvent(new MessageEvent(kind, { data: JSON.stringify(data) }))
}

/** Refuse the newest stream. */
export function refuseStream(): void {
  const stream = newest()
  stream.readyState = SilentEventSource.CLOSED
  stream.dispatchEvent(new Event('error'))
}

function newest(): SilentEventSource {
  const stream = SilentEventSource.opened.at(-1)
  if (!stream) throw new Error('No stream was opened.')
  return stream
}
