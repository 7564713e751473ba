import { computed } from 'vue'

import { type ListSecurityEventsParams, SecurityEventKind } from '@/api/generated/client'
import { queryText } from '@/router/query'

import { given, useFilters } from './useFilters'

/** Time spans of the list, in days. */
export const PERIODS = { '1': 'One day', '7': 'One week', '30': '30 days' } as const

const DAY_MS = 86_400_000

export interface SecurityEventFilters {
  kind: SecurityEventKind | ''
  /** Id of the affected user. */
  user: string
  address: string
  days: keyof typeof PERIODS | ''
}

/** Filters of the audit log. */
export function useSecurityEventFilters() {
  const { filters, isFiltered, locationOf, change } = useFilters('security-events', (query): SecurityEventFilters => {
    const kind = queryText(query.kind)
    const days = queryText(query.days)
    return {
      kind: kind in SecurityEventKind ? (kind as SecurityEventKind) : '',
      user: queryText(query.user),
      address: queryText(query.address),
      days: days in PERIODS ? (days as keyof typeof PERIODS) : '',
    }
  })
  const params = computed<ListSecurityEventsParams>(() => {
    const { days, ...others } = filters.value
    return { ...given(others), ...(days && { since: new Date(Date.now() - Number(days) * DAY_MS).toISOString() }) }
  })

  return { filters, params, isFiltered, locationOf, change }
}
