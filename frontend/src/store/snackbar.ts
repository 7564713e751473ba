import { defineStore } from 'pinia'
import { ref } from 'vue'

import { errorMessage } from '@/api/errorMessages'

/** Short messages about what happened beside the page's own content. */
export const useSnackbarStore = defineStore('snackbar', () => {
  const message = ref<string | null>(null)
  /** How many there have been, which tells two with the same words apart. */
  const count = ref(0)

  function show(text: string): void {
    message.value = text
    count.value += 1
  }

  function showError(error: unknown): void {
    show(errorMessage(error))
  }

  function dismiss(): void {
    message.value = null
  }

  return { message, count, show, showError, dismiss }
})
