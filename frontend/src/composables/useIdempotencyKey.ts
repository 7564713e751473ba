/**
 * A key for each thing to be created: sent again, the same body carries the same key, so that a second click or an
 * answer that was lost on its way creates nothing twice.
 */
export function useIdempotencyKey() {
  let sent = { body: '', key: '' }

  function keyFor(body: unknown): string {
    const text = JSON.stringify(body)
    if (text !== sent.body) sent = { body: text, key: randomKey() }
    return sent.key
  }

  /** After a success the same body means another thing. */
  function renewKey(): void {
    sent = { body: '', key: '' }
  }

  return { keyFor, renewKey }
}

/** Browsers hide `crypto.randomUUID` from pages that came over plain http; this they do not hide. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
