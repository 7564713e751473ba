import { computed } from 'vue'
import { type LocationQuery, type LocationQueryRaw, useRoute, useRouter } from 'vue-router'

import { type ListPostsParams, PostSort } from '@/api/generated/client'
import { queryText } from '@/router/query'
import { useSessionStore } from '@/store/session'

export type PostScope = 'all' | 'mine' | 'drafts'

export interface PostFilters {
  q: string
  scope: PostScope
  sort: PostSort
  /** Id of the author whose posts are shown. */
  author: string
}

const DEFAULTS: PostFilters = { q: '', scope: 'all', sort: PostSort['-created_at'], author: '' }
const SCOPES: readonly string[] = ['all', 'mine', 'drafts'] satisfies PostScope[]

/** Filters of the post list, kept in the URL so that the list can be bookmarked and shared. */
export function usePostFilters() {
  const route = useRoute()
  const router = useRouter()
  const session = useSessionStore()

  const filters = computed(() => ({ ...read(route.query), ...(session.isSignedIn ? {} : { scope: DEFAULTS.scope }) }))
  const params = computed(() => toParams(filters.value, session.user?.id))
  const isFiltered = computed(() => Object.keys(locationOf({ sort: DEFAULTS.sort }).query).length > 0)

  /** Return the location of the list with these changes. */
  function locationOf(changes: Partial<PostFilters>): { name: string; query: LocationQueryRaw } {
    const entries = Object.entries({ ...filters.value, ...changes })
    const isDefault = ([key, value]: [string, string]) => value === DEFAULTS[key as keyof PostFilters]
    return { name: 'posts', query: Object.fromEntries(entries.filter((entry) => !isDefault(entry))) }
  }

  async function change(changes: Partial<PostFilters>): Promise<void> {
    await router.replace(locationOf(changes))
  }

  return { filters, params, isFiltered, locationOf, change }
}

function read(query: LocationQuery): PostFilters {
  const scope = queryText(query.scope)
  const sort = queryText(query.sort)
  return {
    q: queryText(query.q),
    scope: SCOPES.includes(scope) ? (scope as PostScope) : DEFAULTS.scope,
    sort: sort in PostSort ? (sort as PostSort) : DEFAULTS.sort,
    author: queryText(query.author),
  }
}

function toParams({ q, scope, sort, author }: PostFilters, me: string | undefined): ListPostsParams {
  return {
    sort,
    ...(q && { q }),
    ...(author && { author }),
    ...(scope !== 'all' && { author: me }),
    ...(scope === 'drafts' && { published: false }),
  }
}
