import { onBeforeUnmount, reactive, ref, shallowRef, watch } from 'vue'

import { t } from '@/i18n'
import { SIGNED_IN_KEY, useSessionStore } from '@/store/session'
import { deleteOldDrafts, type Draft, draftsOf, newDraftKey, readDraft, writeDraft } from '@/utils/drafts'
import { useSnackbarStore } from '@/store/snackbar'
import { SIGNED_OUT } from '@/utils/sessionEnd'
import { readStored, writeStored } from '@/utils/storage'

import { useLeaveGuard } from './useLeaveGuard'

/** The state and the actions of `DraftNote`. */
export type FormDraft = ReturnType<typeof useDraft>

/**
 * Keep a form's values until the user saves or discards them: they survive a reload, a closed tab, a crash, the end of
 * the session and another user's sign-in. Only their own user sees them again, for `DAYS_KEPT` days.
 *
 * Each open form has a draft of its own, so that two tabs do not overwrite each other's text. The newest draft of a form
 * that was left is restored; all others are offered.
 *
 * @param name identifies the form and its subject.
 * @param values the form's reactive values, restored at once. Never passwords.
 * @param isSilent whether leaving the page keeps the draft without a question.
 * @param version the version of the entity that the values come from.
 */
export function useDraft(name: string, values: object, { isSilent = false, version: initialVersion = 0 } = {}) {
  const snackbar = useSnackbarStore()
  const userId = useSessionStore().user?.id
  const untouched = ref(JSON.stringify(values))
  let key = userId && newDraftKey(userId, name)
  let changedAt = Date.now()
  /** The version that the text was made from, so that a restored one meets the conflict that it would have met. */
  const version = ref(initialVersion)
  /** When the restored text was written, in milliseconds. */
  const restoredAt = ref<number | null>(null)
  const others = shallowRef<Draft[]>([])
  /** Whether the browser cannot keep the draft, because its storage is full or blocked. */
  const isEndangered = ref(false)

  deleteOldDrafts()
  restoreLatest()
  watch(values, onChange, { deep: true })
  listen()
  const { isDiscarding, isLeaving } = useLeaveGuard(isDirty, { isSilent })
  onBeforeUnmount(() => {
    if (isDiscarding()) discard()
    else release()
  })

  function restoreLatest(): void {
    if (!userId) return
    const found = draftsOf(userId, name)
    for (const draft of found) if (draft.state === 'left' && isSaved(draft)) writeStored(draft.key, null)
    const drafts = found.filter((draft) => !isSaved(draft))
    const latest = drafts.find(({ state }) => state === 'left')
    if (latest) take(latest)
    others.value = drafts.filter((draft) => draft !== latest)
  }

  /** Return whether a draft says what the form says already. Its version may be older, and would meet a conflict. */
  function isSaved(draft: Draft): boolean {
    return sentText(valuesOf(draft.values)) === sentText(values)
  }

  /** Show a draft in the form, and go on with it. */
  function take(draft: Draft): void {
    key = draft.key
    changedAt = draft.at
    fill(draft.values, draft.version)
    restoredAt.value = isDirty() ? draft.at : null
    keep()
  }

  /** Put other values into the form, which were made from `from`. */
  function fill(next: object, from = version.value): void {
    Object.assign(values, matching(next, values))
    version.value = from
  }

  /** Return what the form would hold for `fields`. */
  function valuesOf(fields: object): object {
    return { ...values, ...matching(fields, values) }
  }

  function isDirty(): boolean {
    return JSON.stringify(values) !== untouched.value
  }

  function onChange(): void {
    changedAt = Date.now()
    keep()
  }

  function keep(): void {
    if (!key) return
    if (!isDirty()) writeStored(key, null)
    else isEndangered.value = !write(key, 'open')
  }

  /** Let another form go on with this one's text. */
  function release(): void {
    // A sign-out has deleted it.
    if (key && readDraft(key)) write(key, 'left')
  }

  function write(to: string, state: Draft['state']): boolean {
    return writeDraft({ key: to, state, at: changedAt, values, version: version.value })
  }

  /** Write the text again that another tab has discarded, because it is still in this one. */
  function onStorage(event: StorageEvent): void {
    if (event.key === key && event.newValue === null && isDirty() && readStored(SIGNED_IN_KEY) !== SIGNED_OUT) keep()
  }

  function listen(): void {
    const ending = new AbortController()
    const { signal } = ending
    addEventListener('pagehide', release, { signal })
    // The browser may restore the page from its back/forward cache.
    addEventListener('pageshow', keep, { signal })
    addEventListener('storage', onStorage, { signal })
    onBeforeUnmount(() => {
      ending.abort()
    })
  }

  /** Delete the draft, because its content was saved. */
  function drop(): void {
    untouched.value = JSON.stringify(values)
    restoredAt.value = null
    if (key) writeStored(key, null)
  }

  /** Reset the form to its initial values. The user may undo it. */
  function discard(): void {
    const lost: Draft = { key: key ?? '', state: 'left', at: changedAt, values: valuesOf({}), version: version.value }
    fill(JSON.parse(untouched.value) as object, initialVersion)
    drop()
    offerUndo(() => {
      if (isLeaving()) writeDraft(lost)
      else fill(lost.values, lost.version)
    })
  }

  /** Keep the content of another version for the user to restore. */
  function putAside(fields: object): void {
    if (!userId) return
    const aside: Draft = { key: newDraftKey(userId, name), state: 'aside', at: Date.now(), values: valuesOf(fields) }
    writeDraft(aside)
    others.value = [aside, ...others.value]
  }

  /** Show an offered draft in the form, and offer what was there. A draft of another tab is copied. */
  function restore(draft: Draft): void {
    const shown = isDirty() ? valuesOf({}) : null
    remove(draft)
    fill(draft.values, draft.version)
    restoredAt.value = draft.at
    if (shown) putAside(shown)
  }

  /** Delete an offered draft. */
  function forget(draft: Draft): void {
    remove(draft)
    offerUndo(() => {
      writeDraft(draft)
      others.value = [draft, ...others.value]
    })
  }

  function remove(draft: Draft): void {
    writeStored(draft.key, null)
    others.value = others.value.filter((other) => other !== draft)
  }

  function offerUndo(run: () => void): void {
    if (key) snackbar.info(t('editing.draft.discarded'), { title: t('editing.draft.undo'), run })
  }

  return reactive({
    version,
    restoredAt,
    others,
    isEndangered,
    isDirty,
    isLeaving,
    fill,
    valuesOf,
    drop,
    discard,
    putAside,
    restore,
    forget,
  })
}

/** Return values as text, without the spaces around them, which most fields do not send. */
function sentText(values: object): string {
  return JSON.stringify(values, (_name, value: unknown) => (typeof value === 'string' ? value.trim() : value))
}

/** Return what fits into the form: an older release may have kept values of other types. Blank text stands for null. */
function matching(fields: object, form: object): object {
  const types = new Map(Object.entries(form).map(([name, value]) => [name, typeof value]))
  const fitting = Object.entries(JSON.parse(JSON.stringify(fields)) as object)
    .map(([name, value]: [string, unknown]) => [name, value ?? (types.get(name) === 'string' ? '' : value)] as const)
    .filter(([name, value]) => types.get(name) === typeof value)
  return Object.fromEntries(fitting)
}
