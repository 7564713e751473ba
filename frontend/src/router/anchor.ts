import type { RouteLocation } from 'vue-router'

import { watchPage } from '@/utils/focus'

import { focusHeadingIn } from './focus'

/** Events with which the user moves the page. */
const MOVES = ['wheel', 'touchstart', 'pointerdown', 'keydown']

let stopFollowing = (): void => undefined

/**
 * Show the section that the address names, if there is one, and return whether there is. The hash of an emailed link names
 * none: it holds a token.
 */
export function showAnchor({ hash }: Pick<RouteLocation, 'hash'>): boolean {
  stopFollowing()
  const section = document.getElementById(hash.slice(1))
  if (!section) return false
  focusHeadingIn(section)
  follow(section)
  return true
}

/** Keep an element in view while what is around it loads, until the user does anything. */
function follow(element: HTMLElement): void {
  element.scrollIntoView()
  stopFollowing = watchPage(() => {
    element.scrollIntoView()
    return !element.isConnected
  })
  for (const move of MOVES) addEventListener(move, stopFollowing, { once: true, passive: true })
}
