/** Return a name of the API as words, such as "published posts" for `published_posts`. */
export function wordsOf(name: string): string {
  return name.replaceAll('_', ' ')
}

/** Return a name of the API as a title, such as "Published posts". */
export function titleOf(name: string): string {
  const words = wordsOf(name)
  return words.charAt(0).toUpperCase() + words.slice(1)
}
