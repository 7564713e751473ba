import { defineStore } from 'pinia'
import { ref } from 'vue'

import { errorMessage } from '@/api/errorMessages'

/** The snackbar: short messages at the bottom of the screen. */
export const useSnackbarStore = defineStore('snackbar', () => {
  const message = ref<string | null>(null)
  /** Number of messages so far; distinguishes repeated texts. */
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
