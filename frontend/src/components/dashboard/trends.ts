import type { ActivityResponse } from '@/api/generated/client'
import { n, t } from '@/i18n'
import { inOrder, labelOf } from '@/utils/counts'
import type { Total } from '@/utils/totals'

const WEEK = 7

/** Return the user's numbers, each with this week against the last one. */
export function totalsOf({ counts }: ActivityResponse): Total[] {
  return inOrder(counts).map(({ name, total, per_day: days }) => ({
    name: labelOf(name).title,
    value: n(total),
    to: labelOf(name).to,
    ...(days.length > 0 && { trend: days, note: changeOf(days) }),
  }))
}

/** Return whether the user has written or received anything yet. */
export function isEmpty({ counts }: ActivityResponse): boolean {
  return counts.every(({ total }) => total === 0)
}

function changeOf(days: number[]): string {
  return t('dashboard.trend', { count: sum(days.slice(-WEEK)), before: sum(days.slice(-2 * WEEK, -WEEK)) })
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
