import type { Directive } from 'vue'

/** Focuses the input of an element when it appears, unless its value is false. */
export const vFocus: Directive<HTMLElement, boolean | undefined> = {
  mounted: (element, { value = true }) => {
    if (value) element.querySelector('input')?.focus()
  },
}

const WAIT_MS = 5000
const ROWS = 'li, tr'

/** The last element of the page with the focus, outside of dialogs, menus and messages. */
interface Spot {
  /** The element, and all around it from the inside out. */
  path: Element[]
  /** The row that it was in, and the others of the list, the nearest first. */
  rows: Element[]
  /** The last row of the list above, whose button it was. */
  rowAbove?: Element
  /** The page that it was on: a look-alike on another one is something else. */
  page?: string
}

let spot: Spot = { path: [], rows: [] }
/** The element with the focus, even if it is gone. */
let holder: Element | null = null

/**
 * Move the focus when the element that has it is removed: to the next row of its list, to the element that takes its
 * place, or to the heading nearest to it.
 *
 * On the body, screen readers and Tab would start again at the top. A page that has no heading yet gets the focus as soon
 * as it has one. The returned function stops it.
 */
export function keepFocus(): () => void {
  const observer = new MutationObserver(() => {
    if (holder?.isConnected === false && document.activeElement === document.body) focusSpot()
  })
  const listening = new AbortController()
  observer.observe(document.body, { childList: true, subtree: true })
  addEventListener('focusin', onFocus, { signal: listening.signal })
  addEventListener('focusout', onBlur, { signal: listening.signal })
  return () => {
    observer.disconnect()
    listening.abort()
  }
}

/** Return the focus to the page, as a dialog closes: to what opened it, or as near to it as possible. */
export function focusSpot(): void {
  const { path, rows, rowAbove, page } = spot
  const below = rowAbove?.isConnected ? [rowAbove.nextElementSibling ?? rowAbove] : []
  if (takesFocus(path[0])) return
  const row = [...rows, ...below].find(({ isConnected }) => isConnected)
  if (!row && page === location.pathname && takesFocus(successorOf(path))) return
  const target = row ?? headingNear(path)
  target?.setAttribute('tabindex', '-1')
  takesFocus(target)
}

function onFocus({ target }: FocusEvent): void {
  if (!(target instanceof Element)) return
  holder = target
  if (!target.closest('.v-overlay')) spot = spotOf(target)
}

/** The user has clicked beside everything. Browsers also report that an element is removed, before it is. */
function onBlur(): void {
  setTimeout(() => {
    if (holder?.isConnected && document.activeElement === document.body) holder = null
  })
}

function spotOf(element: Element): Spot {
  const row = element.closest(ROWS)
  const all = [...(row?.parentElement?.children ?? [])]
  const index = row ? all.indexOf(row) : 0
  const above = element.parentElement?.previousElementSibling?.querySelectorAll(ROWS) ?? []
  return {
    path: around(element),
    rows: [...all.slice(index), ...all.slice(0, index).reverse()],
    rowAbove: row ? undefined : [...above].at(-1),
    page: location.pathname,
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

/** Return the element that looks like a removed one, such as the button of a form that was made anew. */
function successorOf(path: Element[]): HTMLElement | undefined {
  const gone = path.at(0)
  const near = path.find(({ isConnected }) => isConnected)
  if (!gone || !near || !looksOf(gone)) return undefined
  return [...near.querySelectorAll<HTMLElement>(gone.tagName)].find((element) => looksOf(element) === looksOf(gone))
}

function looksOf(element: Element): string {
  return [element.textContent, element.getAttribute('name'), element.getAttribute('aria-label')].join(' ').trim()
}

function headingNear(path: Element[]): HTMLElement | null {
  const near = path.filter((element) => element.isConnected && element !== document.body)
  const headings = near.map((element) => element.querySelector<HTMLElement>('h1, h2, h3'))
  return headings.find((found) => found !== null) ?? document.querySelector<HTMLElement>('h1')
}
