import { onBeforeUnmount, ref, watch } from 'vue'
import { onBeforeRouteLeave } from 'vue-router'

import { SLUG } from '@/product'
import { useSessionStore } from '@/store/session'
import { keysInTab, readStored, writeStored } from '@/utils/storage'

const PREFIX = `${SLUG}.draft.`

/** Tell whether this tab keeps something that the user has typed and not saved. */
export function hasDrafts(userId: string): boolean {
  return keysInTab(`${PREFIX}${userId}.`).length > 0
}

/** Delete what this tab keeps of the user. */
export function deleteDrafts(userId: string): void {
  for (const key of keysInTab(`${PREFIX}${userId}.`)) writeStored(key, null, 'session')
}

/**
 * Keep the values of a form until they are saved or left on purpose: the end of a session, a reload or another user's
 * sign-in do not delete them. They stay in this tab, and only their own user sees them again.
 *
 * @param name of the form, and of what it is about.
 * @param values of the form; restored at once. Never passwords.
 * @param isKeptOnLeave whether they wait for the user to come back to the page.
 */
export function useDraft(name: string, values: object, { isKeptOnLeave = false } = {}) {
  const session = useSessionStore()
  const key = draftKey(session.user?.id, name)
  let untouched = JSON.stringify(values)
  const isRestored = ref(false)
  let isLeaving = false

  restore()
  watch(values, keep, { deep: true })
  onBeforeRouteLeave(() => {
    isLeaving = true
  })
  onBeforeUnmount(() => {
    if (isLeaving && session.isSignedIn && !isKeptOnLeave) drop()
  })

  function restore(): void {
    Object.assign(values, matching(readJson(key), values))
    isRestored.value = isDirty()
  }

  function isDirty(): boolean {
    return JSON.stringify(values) !== untouched
  }

  function keep(): void {
    writeStored(key, isDirty() ? JSON.stringify(values) : null, 'session')
  }

  /** Forget the draft: what the form has now is saved, or put aside. */
  function drop(): void {
    untouched = JSON.stringify(values)
    isRestored.value = false
    writeStored(key, null, 'session')
  }

  /** Start again from what the form began with. */
  function discard(): void {
    Object.assign(values, JSON.parse(untouched))
    isRestored.value = false
  }

  return { isRestored, isDirty, drop, discard }
}

/** Return where a draft is kept in this tab's storage. */
export function draftKey(userId: string | undefined, name: string): string {
  return `${PREFIX}${userId ?? 'guest'}.${name}`
}

/** Return what was stored in this tab under `key`; null for nothing, or nonsense. */
export function readJson(key: string): unknown {
  try {
    return JSON.parse(readStored(key, 'session') ?? 'null')
  } catch {
    return null
  }
}

/** Return those of the stored values that have the type of the form's; an older release may have kept others. */
function matching(stored: unknown, form: object): object {
  if (typeof stored !== 'object' || stored === null) return {}
  const types = new Map(Object.entries(form).map(([name, value]) => [name, typeof value]))
  const entries = Object.entries(stored).filter(([name, value]) => types.get(name) === typeof value)
  return Object.fromEntries(entries)
}
