import { type Page, PAGES } from './pages'

/** A section of the account page. */
type AccountSection = Page & Required<Pick<Page, 'accountSection'>>

/** Sections of the account page, in order; the first one is the default. */
export const ACCOUNT_SECTIONS = PAGES.filter((page): page is AccountSection => !!page.accountSection).sort(
  (one, other) => one.accountSection.order - other.accountSection.order,
)
