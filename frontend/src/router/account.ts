import { pagesIn } from './pages'

/** Sections of the account page, in order; the first one is the default. */
export const ACCOUNT_SECTIONS = pagesIn('accountSection')
