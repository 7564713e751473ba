import { NAME } from '@/product'

/** Set the title of the browser tab. */
export function setTitle(title: string): void {
  document.title = `${title} · ${NAME}`
}
