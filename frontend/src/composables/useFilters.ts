import { computed } from 'vue'
import { type LocationQuery, type LocationQueryRaw, useRoute, useRouter } from 'vue-router'

/**
 * The filters of a list, kept in the URL so that a list can be bookmarked and shared.
 *
 * @param name the list's route.
 * @param read returns the filters in a query; an empty string means no filter.
 * @param defaults values that the URL leaves out, besides empty strings.
 */
export function useFilters<Filters extends object>(
  name: string,
  read: (query: LocationQuery) => Filters,
  defaults: Partial<Filters> = {},
) {
  const route = useRoute()
  const router = useRouter()

  const filters = computed(() => read(route.query))
  const isFiltered = computed(() => Object.keys(given({ ...filters.value, page: '' }, defaults)).length > 0)

  /** Return the location of the list with these changes, at its first page. */
  function locationOf(changes: Partial<Filters>): { name: string; query: LocationQueryRaw } {
    return { name, query: given({ ...filters.value, page: '', ...changes }, defaults) }
  }

  async function change(changes: Partial<Filters>): Promise<void> {
    await router.replace(locationOf(changes))
  }

  return { filters, isFiltered, locationOf, change }
}

/** Return the filters that are set. */
export function given(filters: object, defaults: Readonly<Record<string, unknown>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(filters).filter(([key, value]) => value !== '' && value !== defaults[key]))
}
