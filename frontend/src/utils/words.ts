import { n } from '@/i18n'

/** Format a count with its noun, such as "1 post" or "1,200 posts". */
export function countOf(count: number, noun: string): string {
  return `${n(count)} ${noun}${count === 1 ? '' : 's'}`
}
