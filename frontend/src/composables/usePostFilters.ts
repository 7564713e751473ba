import { computed } from 'vue'
import type { LocationQuery } from 'vue-router'

import { type ListPostsParams, PostSort } from '@/api/generated/client'
import { queryText } from '@/router/query'
import { useSessionStore } from '@/store/session'

import { useFilters } from './useFilters'

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
  const session = useSessionStore()
  const { filters, locationOf, change } = useFilters('posts', readAsUser, DEFAULTS)

  const params = computed(() => toParams(filters.value, session.user?.id))
  const isFiltered = computed(() => Object.keys(locationOf({ sort: DEFAULTS.sort }).query).length > 0)

  /** A guest has no posts of their own. */
  function readAsUser(query: LocationQuery): PostFilters {
    return { ...read(query), ...(!session.isSignedIn && { scope: DEFAULTS.scope }) }
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
