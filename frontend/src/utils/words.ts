/** Format a count with its noun, such as "1 post" or "1,200 posts". */
export function countOf(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
}
