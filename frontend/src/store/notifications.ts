import { defineStore } from 'pinia'
import { ref } from 'vue'

import { errorMessage } from '@/api/errorMessages'

/** Short messages about what happened beside the page's own content. */
export const useNotificationStore = defineStore('notifications', () => {
  const message = ref<string | null>(null)

  function show(text: string): void {
    message.value = text
  }

  function showError(error: unknown): void {
    message.value = errorMessage(error)
  }

  function dismiss(): void {
    message.value = null
  }

  return { message, show, showError, dismiss }
})
