import { NAME } from '@/product'

/** Name the page in the browser's tab and history. */
export function setTitle(title: string): void {
  document.title = `${title} · ${NAME}`
}
