import { addressOf } from './redirect'

let isReplacing = false

/** Whether the app itself is loading a new document, so that the browser need not ask about unsaved changes. */
export function isReplacingDocument(): boolean {
  return isReplacing
}

/** Load the page at `path`, or the current one, as a new document, with new code and empty memory. Drafts are kept. */
export function loadDocument(path?: string): void {
  isReplacing = true
  const href = path === undefined ? location.href : addressOf(path)
  // `assign` does not reload the current URL.
  if (href === location.href) location.reload()
  else location.assign(href)
}
