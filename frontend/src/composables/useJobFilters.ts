import { computed } from 'vue'
import { type LocationQueryRaw, useRoute, useRouter } from 'vue-router'

import { JobState, type ListJobsParams } from '@/api/generated/client'
import { queryText } from '@/router/query'

export interface JobFilters {
  state: JobState | ''
  queue: string
  task: string
}

/** Which jobs the address asks for. */
export function useJobFilters() {
  const route = useRoute()
  const router = useRouter()

  const filters = computed<JobFilters>(() => {
    const state = queryText(route.query.state)
    return {
      state: state in JobState ? (state as JobState) : '',
      queue: queryText(route.query.queue),
      task: queryText(route.query.task),
    }
  })
  const params = computed(() => given(filters.value) as ListJobsParams)
  const isFiltered = computed(() => Object.keys(params.value).length > 0)

  /** Return the address of the same list with other filters. */
  function locationOf(changes: Partial<JobFilters>): { name: string; query: LocationQueryRaw } {
    return { name: 'jobs', query: given({ ...filters.value, ...changes }) }
  }

  async function change(changes: Partial<JobFilters>): Promise<void> {
    await router.replace(locationOf(changes))
  }

  return { filters, params, isFiltered, locationOf, change }
}

function given(filters: JobFilters): Record<string, string> {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== ''))
}
