import { defineStore } from 'pinia'
import { shallowRef } from 'vue'

import { errorDetails, requestIdOf } from '@/api/errorDetails'
import { errorMessage } from '@/api/errorMessages'

export type MessageKind = 'success' | 'info' | 'error'

/** The action of a message, such as "Undo" or "Try again". */
export interface MessageAction {
  title: string
  run: () => unknown
}

export interface Message {
  kind: MessageKind
  text: string
  action?: MessageAction
  /** For the user to pass on when they ask for help. */
  details?: string
}

/** Short messages at the edge of the screen, each for a few seconds. */
export const useSnackbarStore = defineStore('snackbar', () => {
  /** Messages that are not shown yet, oldest first. */
  const queue = shallowRef<Message[]>([])

  function add(message: Message): void {
    queue.value = [...queue.value, message]
  }

  /** Say that what the user did has worked. */
  function success(text: string, action?: MessageAction): void {
    add({ kind: 'success', text, action })
  }

  /** Say what the user should know. */
  function info(text: string, action?: MessageAction): void {
    add({ kind: 'info', text, action })
  }

  /** Say what went wrong. */
  function error(failure: unknown, action?: MessageAction): void {
    const details = requestIdOf(failure) ? errorDetails(failure) : undefined
    add({ kind: 'error', text: errorMessage(failure), action, details })
  }

  return { queue, success, info, error }
})
