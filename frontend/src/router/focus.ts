const TIMEOUT_MS = 5000

let stopWaiting = (): void => undefined

/**
 * Focus the heading of the page that was just opened, as soon as it is there: some have to load first.
 *
 * Without this a screen reader stays silent and the keyboard starts somewhere in the old page.
 */
export function focusHeading(): void {
  stopWaiting()
  const start = document.activeElement
  const observer = new MutationObserver(() => {
    if (isElsewhere(start) || focusFirstHeading()) stopWaiting()
  })
  observer.observe(document.body, { childList: true, subtree: true })
  const timer = setTimeout(() => {
    stopWaiting()
  }, TIMEOUT_MS)
  stopWaiting = () => {
    observer.disconnect()
    clearTimeout(timer)
  }
}

/** Tell whether somebody has gone on meanwhile; the focus falls to the body when its element goes. */
function isElsewhere(start: Element | null): boolean {
  return document.activeElement !== start && document.activeElement !== document.body
}

function focusFirstHeading(): boolean {
  const heading = document.querySelector<HTMLElement>('h1')
  heading?.focus({ preventScroll: true })
  return !!heading
}
