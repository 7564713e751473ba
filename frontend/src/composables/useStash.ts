import { type ShallowRef, shallowRef, watch } from 'vue'

import { useSessionStore } from '@/store/session'
import { writeStored } from '@/utils/storage'

import { draftKey, readJson } from './useDraft'

/**
 * A value kept in this tab until the user restores or discards it.
 *
 * @param name identifies its subject.
 */
export function useStash<Value extends object>(name: string): ShallowRef<Value | null> {
  const key = draftKey(useSessionStore().user?.id, `${name}.aside`)
  const stash = shallowRef(readJson(key)) as ShallowRef<Value | null>
  watch(stash, (value) => {
    writeStored(key, value === null ? null : JSON.stringify(value), 'session')
  })
  return stash
}
