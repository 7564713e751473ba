import type { RouteLocationRaw } from 'vue-router'

import { FEATURES } from '@/features'
import { byLocale, t } from '@/i18n'

import type { CountLabel } from './features'
import { titleOf, wordsOf } from './words'

const labels = Object.assign({}, ...FEATURES.map(({ counts }) => counts)) as Partial<Record<string, CountLabel>>
const LAST = 1000
const list = byLocale((locale) => new Intl.ListFormat(locale))

/** Return the title of a number that the API counts, and its page. One that no feature declares is called by its name. */
export function labelOf(name: string): { title: string; to?: RouteLocationRaw } {
  const label = labels[name]
  return { title: label ? t(label.title) : titleOf(name), to: label?.to }
}

/** Return the title of a number among the totals of the product and in charts. */
export function shortTitleOf(name: string): string {
  const title = labels[name]?.shortTitle
  return title ? t(title) : labelOf(name).title
}

/** Return the numbers in the order that features declare. */
export function inOrder<T extends { name: string }>(counts: T[]): T[] {
  const place = ({ name }: T) => labels[name]?.order ?? LAST
  return [...counts].sort((one, other) => place(one) - place(other))
}

/** Return a sentence that says how much the user did. */
export function sentenceOf(counts: { name: string; number: number }[]): string {
  return t('dashboard.counts.sentence', { list: list.value.format(counts.map(said)) })
}

function said({ name, number: count }: { name: string; number: number }): string {
  const says = labels[name]?.says
  return says ? t(says, { count }) : t('dashboard.counts.added', { count, name: wordsOf(name) })
}
