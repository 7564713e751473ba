import { computed } from 'vue'
import { type LocationQuery, type LocationQueryRaw, useRoute, useRouter } from 'vue-router'

/**
 * What narrows a list down, kept in the address: so a list can be bookmarked, sent, and returned to.
 *
 * @param name of the list's route.
 * @param read returns the filters of an address; an empty text asks for nothing.
 */
export function useFilters<Filters extends object>(name: string, read: (query: LocationQuery) => Filters) {
  const route = useRoute()
  const router = useRouter()

  const filters = computed(() => read(route.query))
  const isFiltered = computed(() => Object.keys(given({ ...filters.value, page: '' })).length > 0)

  /** Return the address of the same list with other filters; a table then begins at its first page. */
  function locationOf(changes: Partial<Filters>): { name: string; query: LocationQueryRaw } {
    return { name, query: given({ ...filters.value, page: '', ...changes }) }
  }

  async function change(changes: Partial<Filters>): Promise<void> {
    await router.replace(locationOf(changes))
  }

  return { filters, isFiltered, locationOf, change }
}

/** Return the filters that ask for something. */
export function given(filters: object): Record<string, string> {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== ''))
}
