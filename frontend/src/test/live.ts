import { vi } from 'vitest'

import type { LiveEvents } from '@/store/live'

/** Stands in for the browser's class, which jsdom lacks; the tests in a real browser use theirs. */
class SilentEventSource extends EventTarget {
  static readonly CONNECTING = 0
  static readonly OPEN = 1
  static readonly CLOSED = 2

  static readonly opened: SilentEventSource[] = []

  readyState: number = SilentEventSource.CONNECTING

  constructor(readonly url: string) {
    super()
    SilentEventSource.opened.push(this)
  }

  close(): void {
    this.readyState = SilentEventSource.CLOSED
  }
}

/** Give the page a class of streams that say only what a test lets them say. */
export function installEventSource(): void {
  vi.stubGlobal('EventSource', SilentEventSource)
  SilentEventSource.opened.length = 0
}

/** Return the streams that were opened, the oldest first. */
export function streams(): readonly { url: string; readyState: number }[] {
  return SilentEventSource.opened
}

/** Tell the page something through its newest stream. */
export function sendEvent<Kind extends keyof LiveEvents>(kind: Kind, data: LiveEvents[Kind]): void {
  newest().dispatchEvent(new MessageEvent(kind, { data: JSON.stringify(data) }))
}

/** Answer the newest stream with an error instead of a stream. */
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
