import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'

interface Question {
  answer: Promise<boolean>
  settle: (isProven: boolean) => void
}

/** The reauthentication dialog, shared by all calls that wait for it. */
export const useReauthenticationStore = defineStore('reauthentication', () => {
  const question = shallowRef<Question | null>(null)
  const isAsking = computed(() => question.value !== null)

  /** Open the dialog unless it is open. Resolves to whether the user has proved their identity. */
  function ask(): Promise<boolean> {
    question.value ??= openQuestion()
    return question.value.answer
  }

  function settle(isProven: boolean): void {
    question.value?.settle(isProven)
    question.value = null
  }

  return { isAsking, ask, settle }
})

function openQuestion(): Question {
  let settle: Question['settle'] = () => undefined
  const answer = new Promise<boolean>((resolve) => {
    settle = resolve
  })
  return { answer, settle }
}
