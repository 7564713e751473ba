import { randomId } from '@/utils/random'

/**
 * A key for each thing to be created: sent again, the same body carries the same key, so that a second click or an
 * answer that was lost on its way creates nothing twice.
 */
export function useIdempotencyKey() {
  let sent = { body: '', key: '' }

  function keyFor(body: unknown): string {
    const text = JSON.stringify(body)
    if (text !== sent.body) sent = { body: text, key: randomId() }
    return sent.key
  }

  /** After a success the same body means another thing. */
  function renewKey(): void {
    sent = { body: '', key: '' }
  }

  return { keyFor, renewKey }
}
