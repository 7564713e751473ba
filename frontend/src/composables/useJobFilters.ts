import { computed } from 'vue'

import { JobState, type ListJobsParams } from '@/api/generated/client'
import { queryText } from '@/router/query'

import { given, useFilters } from './useFilters'

export interface JobFilters {
  state: JobState | ''
  queue: string
  task: string
}

/** Filters of the job list. */
export function useJobFilters() {
  const { filters, isFiltered, locationOf, change } = useFilters('jobs', (query): JobFilters => {
    const state = queryText(query.state)
    return {
      state: state in JobState ? (state as JobState) : '',
      queue: queryText(query.queue),
      task: queryText(query.task),
    }
  })
  const params = computed<ListJobsParams>(() => ({ ...given(filters.value), limit: 25 }))

  return { filters, params, isFiltered, locationOf, change }
}
