import { computed, reactive, ref, watch } from 'vue'

import { useIdempotencyKey } from '@/composables/useIdempotencyKey'
import { locale } from '@/i18n'

import { messageOf } from './messages'
import { type Failure, type FieldOfCode, refusalOf } from './refusal'
import { emptyValue, type FieldName, type Schema, sentValue, type Values } from './schema'
import { problemOf } from './validation'

interface Options<Body> {
  /** The initial values of the fields; a saved entity will do. Fields of the schema that are missing here are empty. */
  initial?: { readonly [Name in keyof Body]?: Body[Name] | null }
  /**
   * Send the form; what it rejects with is shown. The key is the same when the same body is sent again after a failure:
   * pass it as `Idempotency-Key` where the API takes one, so that nothing is created twice.
   */
  submit: (body: Body, key: string) => unknown
  /** The field that shows an error for which the API names none. */
  codes?: FieldOfCode<FieldName<Body>>
  /** A rule beyond the schema: return a message for a wrong value. */
  rules?: { readonly [Name in keyof Body]?: (value: Values<Body>[Name]) => string | undefined }
}

/** A form, as `useForm` returns it. `<AppForm :form="form">` gives it to the fields within. */
export type Form<Body = Record<string, unknown>> = ReturnType<typeof useForm<Body & object>>

/**
 * A form for a request body. The schema comes from `@/api/generated/schemas`, and so do the checks of its fields.
 *
 *     const form = useForm(noteRequest, { submit: (body) => createNote(body) })
 *
 *     <AppForm :form="form">
 *       <FormField name="title" :label="t('notes.form.title')" />
 *       <SubmitButton>{{ t('notes.form.save') }}</SubmitButton>
 *     </AppForm>
 *
 * A field is checked when the user leaves it after a change, and when the form is sent; once it is wrong, at every change.
 * Only fields on the page are checked, and only those and the ones of `initial` are sent: a PATCH changes what its form shows.
 *
 * - `values`: what the fields hold. Change them as you like.
 * - `isDirty`: whether they differ from `initial`, or from what was sent last. For `useLeaveGuard` and drafts.
 * - `isSending`, `failure`: the state of the submission. It is never sent twice at a time.
 * - `submit()`: check and send; returns whether it succeeded.
 * - `reset(next)`: start again from `next`, or from `initial`, without errors.
 */
export function useForm<Body extends object>(schema: Schema<Body>, options: Options<Body>) {
  type Name = FieldName<Body>
  const { submit: send, codes = {} } = options
  const rules: Options<Body>['rules'] & object = options.rules ?? {}
  const names = Object.keys(schema) as Name[]
  const { keyFor, renewKey } = useIdempotencyKey()

  const values = reactive(startingFrom(options.initial)) as Values<Body>
  const saved = ref(JSON.stringify(values))
  const errors = reactive<Partial<Record<string, string>>>({})
  const failure = ref<Failure | null>(null)
  const isSending = ref(false)
  /** The fields on the page, and whether they are required. */
  const shown = new Map<string, boolean>()
  const touched = new Set<string>()
  const isDirty = computed(() => JSON.stringify(values) !== saved.value)

  for (const name of names) {
    watch(
      () => values[name],
      () => {
        touched.add(name)
        if (errors[name]) check(name)
      },
      { deep: true, flush: 'sync' },
    )
  }

  // Messages are sentences of the language that they were made in.
  watch(locale, () => {
    failure.value = null
    for (const name of Object.keys(errors)) check(name as Name)
  })

  function startingFrom(initial: Options<Body>['initial'] = {}): Values<Body> {
    const entries = names.map((name) => [name, initial[name] ?? emptyValue(schema[name])])
    return JSON.parse(JSON.stringify(Object.fromEntries(entries))) as Values<Body>
  }

  function messageFor(name: Name): string | undefined {
    const problem = problemOf(schema[name], values[name], shown.get(name))
    return problem ? messageOf(name, problem) : rules[name]?.(values[name])
  }

  function check(name: Name): boolean {
    const message = messageFor(name)
    if (message) errors[name] = message
    else Reflect.deleteProperty(errors, name)
    return !message
  }

  /** Check a field that the user leaves. */
  function leave(name: string): void {
    if (touched.has(name)) check(name as Name)
  }

  async function submit(): Promise<boolean> {
    if (isSending.value) return false
    failure.value = null
    const wrong = names.filter((name) => shown.has(name) && !check(name))
    if (wrong.length > 0) return false
    isSending.value = true
    try {
      await sendOnce()
      return true
    } catch (error) {
      const refusal = refusalOf(error, (field) => shown.has(field), codes)
      Object.assign(errors, refusal.fields)
      failure.value = refusal.failure
      return false
    } finally {
      isSending.value = false
    }
  }

  async function sendOnce(): Promise<void> {
    const body = bodyOf()
    const [before, sent] = [saved.value, JSON.stringify(values)]
    await send(body, keyFor(body))
    renewKey()
    if (saved.value === before) saved.value = sent
  }

  /** Return the request body that the values stand for. */
  function bodyOf(): Body {
    const sent = names.filter((name) => shown.has(name) || name in (options.initial ?? {}))
    const entries = sent.map((name) => [name, sentValue(schema[name], values[name])])
    return JSON.parse(JSON.stringify(Object.fromEntries(entries))) as Body
  }

  function reset(next = options.initial): void {
    Object.assign(values, startingFrom(next))
    saved.value = JSON.stringify(values)
    clearErrors()
    touched.clear()
  }

  function clearErrors(): void {
    failure.value = null
    for (const name of Object.keys(errors)) Reflect.deleteProperty(errors, name)
  }

  return reactive({
    schema,
    values,
    errors,
    failure,
    isSending,
    isDirty,
    shown,
    submit,
    leave,
    reset,
    clearErrors,
    bodyOf,
  })
}
