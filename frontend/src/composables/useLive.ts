import { onScopeDispose } from 'vue'

import { type LiveEvents, useLiveStore } from '@/store/live'

/** Call `listen` for live events of this kind until the calling component or store is disposed. */
export function useLive<Kind extends keyof LiveEvents>(kind: Kind, listen: (data: LiveEvents[Kind]) => void): void {
  onScopeDispose(useLiveStore().on(kind, listen))
}
