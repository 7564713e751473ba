let isReplacing = false

/** Whether this page is being replaced by the program itself; the browser need not ask about unsaved changes. */
export function isReplacingDocument(): boolean {
  return isReplacing
}

/** Load `address` afresh, with new code and empty memory. What is typed is kept as drafts. */
export function loadDocument(address = location.href): void {
  isReplacing = true
  const { href } = new URL(address, location.href)
  // Where only the part behind # is the same, or nothing differs, `assign` would load nothing.
  if (href === location.href) location.reload()
  else location.assign(href)
}
