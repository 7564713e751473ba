import { readonly, ref } from 'vue'

const isVisible = ref(!document.hidden)

document.addEventListener('visibilitychange', () => (isVisible.value = !document.hidden))

/** Whether somebody can see this page; not so in a tab in the background. */
export function useVisible() {
  return readonly(isVisible)
}
