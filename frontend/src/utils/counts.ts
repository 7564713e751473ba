import { FEATURES } from '@/features'

import type { CountLabel } from './features'

const labels = Object.assign({}, ...FEATURES.map(({ counts }) => counts)) as Record<string, CountLabel>
const LAST = 1000
const list = new Intl.ListFormat('en')

/** Return the labels of a number that the API counts. One that no feature declares is called by its name. */
export function labelOf(name: string): CountLabel {
  const title = name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ')
  return labels[name] ?? { title }
}

/** Return the title of a number among the totals of the product and in charts. */
export function shortTitleOf(name: string): string {
  const { title, shortTitle = title } = labelOf(name)
  return shortTitle
}

/** Return the numbers in the order that features declare. */
export function inOrder<T extends { name: string }>(counts: T[]): T[] {
  const place = ({ name }: T) => labelOf(name).order ?? LAST
  return [...counts].sort((one, other) => place(one) - place(other))
}

/** Return a sentence that says how much the user did. */
export function sentenceOf(counts: { name: string; number: number }[]): string {
  return `You ${list.format(counts.map(({ name, number }) => said(name, number)))}.`
}

function said(name: string, number: number): string {
  return labelOf(name).says?.(number) ?? `added ${number.toLocaleString('en')} ${name.replaceAll('_', ' ')}`
}
