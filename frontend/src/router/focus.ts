import { watchPage } from '@/utils/focus'

let stopWaiting = (): void => undefined

/**
 * Focus the heading of the new page as soon as it is rendered.
 *
 * Otherwise screen readers do not announce the page, and Tab continues from the old page.
 */
export function focusHeading(): void {
  stopWaiting()
  const start = document.activeElement
  stopWaiting = watchPage(() => isElsewhere(start) || focusFirstHeading())
}

/** Return whether the user has moved the focus. It falls back to the body when its element is removed. */
function isElsewhere(start: Element | null): boolean {
  return document.activeElement !== start && document.activeElement !== document.body
}

function focusFirstHeading(): boolean {
  const heading = document.querySelector<HTMLElement>('h1')
  heading?.focus({ preventScroll: true })
  return !!heading
}
