import { readonly, ref } from 'vue'

const isOnline = ref(navigator.onLine)

addEventListener('online', () => (isOnline.value = true))
addEventListener('offline', () => (isOnline.value = false))

/** Whether the browser is online. False is certain, true is a guess. */
export function useOnline() {
  return readonly(isOnline)
}
