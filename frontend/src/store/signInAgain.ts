import { questionStore } from './question'

/** Asks the user whose session ended, for this reason, to sign in over the page; whether they did. */
export const useSignInAgainStore = questionStore<string | undefined, boolean>('sign-in-again')
