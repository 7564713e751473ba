let isReplacing = false

/** Whether the app itself is loading a new document, so that the browser need not ask about unsaved changes. */
export function isReplacingDocument(): boolean {
  return isReplacing
}

/** Load `address` as a new document, with new code and empty memory. Drafts are kept. */
export function loadDocument(address = location.href): void {
  isReplacing = true
  const { href } = new URL(address, location.href)
  // `assign` does not reload the current URL.
  if (href === location.href) location.reload()
  else location.assign(href)
}
