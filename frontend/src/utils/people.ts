const HUES = 12

/** Return the initials of a name: of its first and its last word, such as "AL". */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/)
  return [...new Set([words.at(0), words.at(-1)])]
    .map((word) => Array.from(word ?? '')[0]?.toUpperCase() ?? '')
    .join('')
}

/** Return the hue, in degrees, by which a person is told apart. The same id always gets the same one. */
export function hueOf(id: string): number {
  const sum = Array.from(id).reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) % 100_003, 7)
  return (sum % HUES) * (360 / HUES)
}
