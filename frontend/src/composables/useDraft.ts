import { onBeforeUnmount, ref, watch } from 'vue'
import { onBeforeRouteLeave } from 'vue-router'

import { SLUG } from '@/product'
import { useSessionStore } from '@/store/session'
import { keysInTab, readStored, writeStored } from '@/utils/storage'

const PREFIX = `${SLUG}.draft.`

/** Return whether this tab holds drafts of the user. */
export function hasDrafts(userId: string): boolean {
  return keysInTab(`${PREFIX}${userId}.`).length > 0
}

/** Delete the user's drafts in this tab. */
export function deleteDrafts(userId: string): void {
  for (const key of keysInTab(`${PREFIX}${userId}.`)) writeStored(key, null, 'session')
}

/**
 * Keep a form's values until the user saves or leaves it: they survive the end of the session, a reload and another
 * user's sign-in. They stay in this tab, and only their own user sees them again.
 *
 * @param name identifies the form and its subject.
 * @param values the form's reactive values, restored at once. Never passwords.
 * @param isKeptOnLeave whether leaving the page keeps the draft.
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

  /** Delete the draft, because its content was saved or stashed. */
  function drop(): void {
    untouched = JSON.stringify(values)
    isRestored.value = false
    writeStored(key, null, 'session')
  }

  /** Reset the form to its initial values. */
  function discard(): void {
    Object.assign(values, JSON.parse(untouched))
    isRestored.value = false
  }

  return { isRestored, isDirty, drop, discard }
}

/** Return the storage key of a draft. */
export function draftKey(userId: string | undefined, name: string): string {
  return `${PREFIX}${userId ?? 'guest'}.${name}`
}

/** Return the JSON value stored in this tab, or null if it is missing or invalid. */
export function readJson(key: string): unknown {
  try {
    return JSON.parse(readStored(key, 'session') ?? 'null')
  } catch {
    return null
  }
}

/** Return the stored values whose types match the form's. An older release may have stored others. */
function matching(stored: unknown, form: object): object {
  if (typeof stored !== 'object' || stored === null) return {}
  const types = new Map(Object.entries(form).map(([name, value]) => [name, typeof value]))
  const entries = Object.entries(stored).filter(([name, value]) => types.get(name) === typeof value)
  return Object.fromEntries(entries)
}
