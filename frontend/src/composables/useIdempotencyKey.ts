import { randomId } from '@/utils/random'

/**
 * An idempotency key per body: a retry of the same body reuses its key, so that a second click or a lost response
 * creates nothing twice.
 */
export function useIdempotencyKey() {
  let sent = { body: '', key: '' }

  function keyFor(body: unknown): string {
    const text = JSON.stringify(body)
    if (text !== sent.body) sent = { body: text, key: randomId() }
    return sent.key
  }

  /** After a success, the same body is a new request. */
  function renewKey(): void {
    sent = { body: '', key: '' }
  }

  return { keyFor, renewKey }
}
