import { computed } from 'vue'

import { type ListSecurityEventsParams, SecurityEventKind } from '@/api/generated/client'
import { queryText } from '@/router/query'

import { given, useFilters } from './useFilters'

/** Time spans of the list, in days. Empty for any time. */
export const PERIODS = ['', '1', '7', '30'] as const

const HOUR_MS = 3_600_000

export interface SecurityEventFilters {
  kind: SecurityEventKind | ''
  /** Id of the affected user. */
  user: string
  address: string
  days: (typeof PERIODS)[number]
}

/** Filters of the audit log. */
export function useSecurityEventFilters() {
  const { filters, isFiltered, locationOf, change } = useFilters('security-events', (query): SecurityEventFilters => {
    const kind = queryText(query.kind)
    const days = PERIODS.find((period) => period === queryText(query.days)) ?? ''
    return {
      kind: kind in SecurityEventKind ? (kind as SecurityEventKind) : '',
      user: queryText(query.user),
      address: queryText(query.address),
      days,
    }
  })
  const params = computed<ListSecurityEventsParams>(() => {
    const { days, ...others } = filters.value
    return { ...given(others), ...(days && { since: hoursAgo(Number(days) * 24) }), limit: 50 }
  })

  return { filters, params, isFiltered, locationOf, change }
}

/** Return a full hour, so that the list is found in the cache after Back. */
function hoursAgo(hours: number): string {
  return new Date((Math.floor(Date.now() / HOUR_MS) - hours) * HOUR_MS).toISOString()
}
