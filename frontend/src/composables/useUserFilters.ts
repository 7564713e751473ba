import { computed } from 'vue'

import { AccountSort, type ListAccountsParams, Role } from '@/api/generated/client'
import { pageNumber, queryText } from '@/router/query'

import { given, useFilters } from './useFilters'

export interface UserFilters {
  q: string
  role: Role | ''
  active: 'yes' | 'no' | 'invited' | ''
  sort: AccountSort | ''
  /** Empty for the first page. */
  page: string
}

const STATES = {
  yes: { is_active: true, is_invited: false },
  no: { is_active: false },
  invited: { is_invited: true },
}

/** Filters of the user list. */
export function useUserFilters() {
  const { filters, isFiltered, locationOf, change } = useFilters('users', (query): UserFilters => {
    const role = queryText(query.role)
    const active = queryText(query.active)
    const sort = queryText(query.sort)
    return {
      q: queryText(query.q),
      role: role in Role ? (role as Role) : '',
      active: active === 'yes' || active === 'no' || active === 'invited' ? active : '',
      sort: sort in AccountSort ? (sort as AccountSort) : '',
      page: pageNumber(query.page),
    }
  })
  const params = computed<ListAccountsParams>(() => {
    const { active, page, ...others } = filters.value
    return { ...given(others), ...(active && STATES[active]), page: Number(page || 1), limit: 25 }
  })

  return { filters, params, isFiltered, locationOf, change }
}
