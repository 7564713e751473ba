import { questionStore } from './question'

/** Asks for a proof of identity before a sensitive change; whether the user gave it. */
export const useReauthenticationStore = questionStore<undefined, boolean>('reauthentication')
