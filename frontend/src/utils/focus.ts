import type { Directive } from 'vue'

/** Focuses the input of an element when it appears, unless its value is false. */
export const vFocus: Directive<HTMLElement, boolean | undefined> = {
  mounted: (element, { value = true }) => {
    if (value) element.querySelector('input')?.focus()
  },
}

const WAIT_MS = 5000

/** What had the focus on the page when a dialog opened last, and everything around it. */
let place: Element[] = []
let stopWatching = (): void => undefined

/**
 * Remember what has the focus, and return a function that gives it back.
 *
 * If that element is gone, or is removed soon after, the heading nearest to its place gets the focus: on the body, screen
 * readers and Tab would start again at the top. A dialog that another one opened goes back to the page.
 */
export function rememberFocus(): () => void {
  const opener = document.activeElement
  if (opener && opener !== document.body && !opener.closest('[role="dialog"]')) place = around(opener)
  const remembered = place
  return () => {
    stopWatching()
    if ([opener, remembered[0]].some(takesFocus)) watchForLoss(remembered)
    else focusHeadingNear(remembered)
  }
}

function around(element: Element | null): Element[] {
  return element ? [element, ...around(element.parentElement)] : []
}

function takesFocus(element: Element | null | undefined): boolean {
  if (!(element instanceof HTMLElement) || element === document.body) return false
  element.focus()
  return document.activeElement === element
}

function watchForLoss(remembered: Element[]): void {
  const focused = document.activeElement
  stopWatching = watchPage(() => {
    if (focused?.isConnected) return false
    if (document.activeElement === document.body) focusHeadingNear(remembered)
    return true
  })
}

/** Call `isDone` at every change of the page until it returns true, for five seconds at most. The returned function stops it. */
export function watchPage(isDone: () => boolean): () => void {
  const observer = new MutationObserver(() => {
    if (isDone()) stop()
  })
  observer.observe(document.body, { childList: true, subtree: true })
  const timer = setTimeout(() => {
    stop()
  }, WAIT_MS)
  function stop(): void {
    observer.disconnect()
    clearTimeout(timer)
  }
  return stop
}

function focusHeadingNear(remembered: Element[]): void {
  const near = remembered.filter((element) => element.isConnected && element !== document.body)
  const headings = near.map((element) => element.querySelector<HTMLElement>('h1, h2, h3'))
  const heading = headings.find((found) => found !== null) ?? document.querySelector<HTMLElement>('h1')
  heading?.setAttribute('tabindex', '-1')
  heading?.focus()
}
