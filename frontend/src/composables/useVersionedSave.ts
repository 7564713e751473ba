import { shallowRef, useTemplateRef } from 'vue'

import { APIError } from '@/api/APIError'
import { versionTag } from '@/utils/versions'

import { useStash } from './useStash'

/** What the form exposes. */
interface VersionedForm<Fields> {
  /** Delete the draft. */
  drop: () => void
  /** Replace the content; returns the previous content if it was edited. */
  swap: (fields: Fields) => Fields | null
}

interface Options<Fields, Entity, Saved> {
  /** Identifies the entity, such as `post.ID`. */
  name: string
  load: () => Promise<Entity>
  replace: (fields: Fields, headers: { 'if-match': string }) => Promise<Saved>
  onSaved: (saved: Saved) => unknown
}

/**
 * Save what a form edits, unless another version was saved first: then `conflict` holds both for a `ConflictDialog`.
 *
 * The form is `<SomeForm :key="base.version" ref="form" :initial="base" :save="save" />`. It exposes a `VersionedForm`,
 * and calls `save` with its fields and with the version that they started from. If the user continues with the other
 * version, `stash` keeps their own one for a `StashNote`.
 *
 * @param entity the version to edit.
 */
export function useVersionedSave<Fields extends object, Entity extends Fields & { version: number }, Saved>(
  entity: Entity,
  { name, load, replace, onSaved }: Options<Fields, Entity, Saved>,
) {
  const form = useTemplateRef<VersionedForm<Fields>>('form')
  const base = shallowRef(entity)
  const conflict = shallowRef<{ mine: Fields; theirs: Entity }>()
  const stash = useStash<Fields>(name)

  async function save(mine: Fields, version: number): Promise<void> {
    try {
      await send(mine, version)
    } catch (error) {
      if (!isConflict(error)) throw error
      conflict.value = { mine, theirs: await load() }
    }
  }

  /** Replace the other version. If it has changed again, reject, and show the newest one. */
  async function keepMine(): Promise<void> {
    if (!conflict.value) return
    const { mine, theirs } = conflict.value
    try {
      await send(mine, theirs.version)
    } catch (error) {
      if (isConflict(error)) conflict.value = { mine, theirs: await load() }
      throw error
    }
  }

  async function send(mine: Fields, version: number): Promise<void> {
    const saved = await replace(mine, { 'if-match': versionTag({ version }) })
    form.value?.drop()
    conflict.value = undefined
    await onSaved(saved)
  }

  /** Edit the other version, and keep the user's own one in this tab. */
  function useTheirs(): void {
    if (!conflict.value) return
    const { mine, theirs } = conflict.value
    stash.value = mine
    form.value?.drop()
    conflict.value = undefined
    base.value = theirs
  }

  function bringBack(): void {
    if (stash.value && form.value) stash.value = form.value.swap(stash.value)
  }

  return { base, conflict, stash, save, keepMine, useTheirs, bringBack }
}

function isConflict(error: unknown): boolean {
  return error instanceof APIError && error.code === 'VERSION_CHANGED'
}
