import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'

interface Question<Subject, Answer> {
  subject: Subject
  answer: Promise<Answer>
  settle: (answer: Answer) => void
}

/** Return the store of a dialog that is open at most once. All that ask while it is open get the same answer. */
export function questionStore<Subject, Answer>(id: string) {
  return defineStore(id, () => {
    const question = shallowRef<Question<Subject, Answer> | null>(null)
    const isAsking = computed(() => question.value !== null)
    const subject = computed(() => question.value?.subject)

    /** Open the dialog unless it is open. Resolves to the user's answer. */
    function ask(about: Subject): Promise<Answer> {
      question.value ??= newQuestion(about)
      return question.value.answer
    }

    function settle(answer: Answer): void {
      question.value?.settle(answer)
      question.value = null
    }

    return { isAsking, subject, ask, settle }
  })
}

function newQuestion<Subject, Answer>(subject: Subject): Question<Subject, Answer> {
  let settle: (answer: Answer) => void = () => undefined
  const answer = new Promise<Answer>((resolve) => {
    settle = resolve
  })
  return { subject, answer, settle }
}
