import { readonly, ref } from 'vue'

const isVisible = ref(!document.hidden)

document.addEventListener('visibilitychange', () => (isVisible.value = !document.hidden))

/** Whether this tab is visible. */
export function useVisible() {
  return readonly(isVisible)
}
