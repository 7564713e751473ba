import { questionStore } from './question'

/** The step for which the user leaves a form with unsaved changes, or drafts in this browser. */
export type Leaving = 'leave' | 'signOut'

/** Asks what to do with unsaved changes. */
export const useLeavingStore = questionStore<Leaving, 'stay' | 'keep' | 'discard'>('leaving')
