import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'

interface Question {
  answer: Promise<boolean>
  settle: (isProven: boolean) => void
}

/** The one question "is it still you?", however many calls wait for its answer. */
export const useReauthenticationStore = defineStore('reauthentication', () => {
  const question = shallowRef<Question | null>(null)
  const isAsking = computed(() => question.value !== null)

  /** Ask, unless it is being asked already; tells whether the user has proved who they are. */
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
