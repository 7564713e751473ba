const GAP = 1
/** Letters at the start of a word count more. */
const START = 3

/**
 * Return how well `text` fits what was typed, or null if it does not: its letters must occur in this order, such as "sece"
 * in "Security events".
 */
export function fit(typed: string, text: string): number | null {
  const letters = plain(typed).replace(/\s+/g, '')
  const place = plain(text)
  let from = 0
  let score = -text.length / 100
  for (const letter of letters) {
    const at = place.indexOf(letter, from)
    if (at === -1) return null
    if (at > from) score -= GAP
    if (at === 0 || place[at - 1] === ' ') score += START
    from = at + 1
  }
  return score
}

/** Without accents and case. */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}
