import { readdirSync } from 'node:fs'
import path from 'node:path'

import { expect, type Page } from '@playwright/test'

const MESSAGES = path.resolve(import.meta.dirname, '../src/messages/en')
const NAMESPACES = readdirSync(MESSAGES).map((file) =>
  path.parse(file).name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
)
/** A key in place of its message. */
const KEY = String.raw`\b(${NAMESPACES.join('|')})(\.[a-zA-Z]\w*){2,}`

/** Check that every text of the page can be read: none is cut, beyond the screen, or the key of a missing message. */
export async function expectWholeTexts(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(unreadableTexts, KEY), { timeout: 3000 }).toEqual([])
}

/** Runs in the page. */
function unreadableTexts(key: string): string[] {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const found: string[] = []
  while (walker.nextNode()) {
    const text = walker.currentNode
    const words = text.textContent?.trim()
    const element = text.parentElement
    if (!words || !element?.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue
    if (element.closest('.visually-hidden, option, noscript, [inert], .v-field-label--floating[aria-hidden]')) continue
    const complaint = new RegExp(key).test(words) ? 'is a key' : complaintAbout(text, element)
    if (complaint) found.push(`"${words}" ${complaint}`)
  }
  return found

  function complaintAbout(text: Node, element: Element): string | undefined {
    const range = document.createRange()
    range.selectNodeContents(text)
    const box = range.getBoundingClientRect()
    for (let frame: Element | null = element; frame; frame = frame.parentElement) {
      const style = getComputedStyle(frame)
      const { left, right, width } = frame.getBoundingClientRect()
      // It scrolls, shows the beginning of what users wrote, or is there for screen readers only.
      const isMeant = /auto|scroll/.test(style.overflowX) || /\d/.test(style.webkitLineClamp) || width <= 1
      if (isMeant) return
      if (style.overflowX !== 'visible' && (box.right > right + 1 || box.left < left - 1))
        return `is cut by ${frame.className}`
    }
    return box.right > innerWidth + 1 || box.left < -1 ? 'is beyond the screen' : undefined
  }
}
