const APP_NAME = 'Lamina'

/** Name the page in the browser's tab and history. */
export function setTitle(title: string): void {
  document.title = `${title} · ${APP_NAME}`
}
