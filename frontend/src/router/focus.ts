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
  stopWaiting = watchPage(() => isElsewhere(start) || focusHeadingIn(document))
}

/** Return whether the user has moved the focus. It falls back to the body when its element is removed. */
function isElsewhere(start: Element | null): boolean {
  return document.activeElement !== start && document.activeElement !== document.body
}

/** Focus the first heading of the page, or of a section, and return whether there is one. */
export function focusHeadingIn(part: ParentNode): boolean {
  const heading = part.querySelector<HTMLElement>(part === document ? 'h1' : 'h2')
  heading?.setAttribute('tabindex', '-1')
  heading?.focus({ preventScroll: true })
  return !!heading
}
