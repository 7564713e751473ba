import { defineStore } from 'pinia'
import { ref } from 'vue'

/** Whether the command palette is open. */
export const usePaletteStore = defineStore('palette', () => {
  const isOpen = ref(false)

  /** Open the palette, or close it. */
  function toggle(): void {
    isOpen.value = !isOpen.value
  }

  return { isOpen, toggle }
})
