import { questionStore } from './question'

/** What the user is about to do with a form that has unsaved changes, or with drafts in this browser. */
export type Leaving = 'leave' | 'signOut'

/** Asks what to do with unsaved changes. */
export const useLeavingStore = questionStore<Leaving, 'stay' | 'keep' | 'discard'>('leaving')
