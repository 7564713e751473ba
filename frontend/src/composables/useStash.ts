import { type ShallowRef, shallowRef, watch } from 'vue'

import { useSessionStore } from '@/store/session'
import { writeStored } from '@/utils/storage'

import { draftKey, readJson } from './useDraft'

/**
 * Something that was put aside and waits in this tab until its user takes it back or discards it.
 *
 * @param name of what it is about.
 */
export function useStash<Value extends object>(name: string): ShallowRef<Value | null> {
  const key = draftKey(useSessionStore().user?.id, `${name}.aside`)
  const stash = shallowRef(readJson(key)) as ShallowRef<Value | null>
  watch(stash, (value) => {
    writeStored(key, value === null ? null : JSON.stringify(value), 'session')
  })
  return stash
}
