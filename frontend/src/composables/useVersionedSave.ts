import { shallowRef, useTemplateRef, watch } from 'vue'

import { APIError } from '@/api/APIError'
import { versionTag } from '@/utils/versions'

import type { FormDraft } from './useDraft'

interface Options<Fields, Entity, Saved> {
  load: () => Promise<Entity>
  replace: (fields: Fields, headers: { 'if-match': string }) => Promise<Saved>
  /** Called with whether the user is leaving the form, or has left it while it was sent. */
  onSaved: (saved: Saved, isLeaving: boolean) => unknown
}

/**
 * Save what a form edits, unless another version was saved first: then `conflict` holds both for a `ConflictDialog`, and
 * what they started from, if it is known.
 *
 * The form is `<SomeForm ref="form" :initial="entity" :save="save" />`. It exposes its `draft`, and calls `save` with its
 * fields and with the version that they started from. Both versions are kept as drafts, unless they are what the user
 * has chosen. The form may be mounted anew for a newer version, or be gone once the API has answered.
 *
 * @param entity the version to edit.
 */
export function useVersionedSave<Fields extends object, Entity extends Fields & { version: number }, Saved>(
  entity: () => Entity,
  { load, replace, onSaved }: Options<Fields, Entity, Saved>,
) {
  const form = useTemplateRef<{ draft: FormDraft }>('form')
  const conflict = shallowRef<{ mine: Fields; theirs: Entity; base: Fields | null }>()
  /** The entities that the form may have started from, by version. */
  const shown = new Map<number, Entity>()

  watch(entity, (next) => shown.set(next.version, next), { immediate: true })

  async function save(mine: Fields, version: number): Promise<void> {
    try {
      await send(mine, version)
    } catch (error) {
      if (!isConflict(error)) throw error
      conflict.value = { mine, theirs: await load(), base: shown.get(version) ?? null }
    }
  }

  /** Save what the user has chosen. If the other version has changed again, reject, and show the newest one. */
  async function saveChoice(choice: Fields): Promise<void> {
    if (!conflict.value) return
    const { theirs } = conflict.value
    try {
      await send(choice, theirs.version)
    } catch (error) {
      if (isConflict(error)) conflict.value = { ...conflict.value, theirs: await load() }
      throw error
    }
  }

  /** Go on editing what the user has chosen. */
  function editChoice(choice: Fields): void {
    if (!conflict.value) return
    const draft = form.value?.draft
    draft?.fill(choice, conflict.value.theirs.version)
    keepBoth(choice, draft)
  }

  async function send(fields: Fields, version: number): Promise<void> {
    const before = form.value?.draft
    const saved = await replace(fields, { 'if-match': versionTag({ version }) })
    const draft = form.value?.draft ?? before
    const isLeaving = draft?.isLeaving() ?? false
    draft?.drop()
    keepBoth(fields, draft)
    await onSaved(saved, isLeaving)
  }

  function keepBoth(choice: Fields, draft?: FormDraft): void {
    if (!conflict.value || !draft) return
    const isChosen = (version: Fields) => isSame(draft.valuesOf(version), draft.valuesOf(choice))
    for (const version of [conflict.value.theirs, conflict.value.mine]) if (!isChosen(version)) draft.putAside(version)
    conflict.value = undefined
  }

  return { conflict, save, saveChoice, editChoice }
}

function isConflict(error: unknown): boolean {
  return error instanceof APIError && error.code === 'VERSION_CHANGED'
}

function isSame(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
