import { t } from '@/i18n'
import type { MessageKey } from '@/messages/schema'
import { NAME } from '@/product'

/** Returns the title in the language in use. */
let title = (): string => ''

/** Set the title of the browser tab, such as that of the item shown. */
export function setTitle(text: string): void {
  title = () => text
  showTitle()
}

/** Give the browser tab the title of a page. */
export function setPageTitle(key: MessageKey): void {
  title = () => t(key)
  showTitle()
}

/** Show the title again, after the language has changed. */
export function showTitle(): void {
  document.title = [title(), NAME].filter(Boolean).join(' · ')
}
