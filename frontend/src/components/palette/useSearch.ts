import { computed, shallowRef, watch } from 'vue'

import { useDebounced } from '@/composables/useDebounced'
import { FEATURES } from '@/features'
import { t } from '@/i18n'
import { useSessionStore } from '@/store/session'
import type { Search } from '@/utils/features'

import type { Command } from './useCommands'

export interface Group {
  title: string
  commands: Command[]
}

/** Shorter words find too much. */
const SHORTEST = 2

/** The API's results for the text of the palette, by feature. Older results stay until newer ones are there. */
export function useSearch(text: () => string) {
  const session = useSessionStore()
  const searches = FEATURES.flatMap(({ search }) => search ?? []).filter(
    ({ permission }: Search) => !permission || session.can(permission),
  )
  const found = shallowRef<Group[]>([])
  const isSearching = shallowRef(false)
  const { call: searchSoon, cancel } = useDebounced((typed: string) => void search(typed))

  async function search(typed: string): Promise<void> {
    const groups = await Promise.all(searches.map((feature) => groupOf(feature, typed)))
    if (typed !== wanted.value) return
    found.value = groups
    isSearching.value = false
  }

  const wanted = computed(() => text().trim())
  watch(wanted, (typed) => {
    isSearching.value = typed.length >= SHORTEST
    if (isSearching.value) searchSoon(typed)
    else {
      cancel()
      found.value = []
    }
  })

  return { found, isSearching }
}

/** A feature that does not answer is left out: the palette is useful without it. */
async function groupOf({ title, icon, find }: Search, typed: string): Promise<Group> {
  const found = await find(typed).catch(() => [])
  return { title: t(title), commands: found.map((one) => ({ ...one, icon })) }
}
