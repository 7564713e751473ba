import userEvent from '@testing-library/user-event'
import { render, screen } from '@testing-library/vue'
import { afterEach, expect, it } from 'vitest'
import { h } from 'vue'

import AppForm from '@/components/forms/AppForm.vue'
import FormField from '@/components/forms/FormField.vue'
import SubmitButton from '@/components/forms/SubmitButton.vue'
import { setLocale } from '@/i18n'
import { vuetify } from '@/vuetify'

import type { Schema } from './schema'
import { type Form, useForm } from './useForm'
import { problemOf } from './validation'

interface Sighting {
  count: number
  weight?: number | null
}

const schema: Schema<Sighting> = {
  count: { type: 'number', integer: true, required: true, minimum: 1, maximum: 500 },
  weight: { type: 'number', nullable: true, minimum: -5 },
}

const user = userEvent.setup()

afterEach(() => setLocale('en'))

function renderForm(initial?: Sighting) {
  const sent: Sighting[] = []
  const made: { form?: Form<Sighting> } = {}
  render(
    {
      setup() {
        const form = useForm(schema, { initial, submit: (sighting) => sent.push(sighting) })
        made.form = form
        return () =>
          h(AppForm<Sighting>, { form }, () => [
            h(FormField, { name: 'count', label: 'Count' }),
            h(FormField, { name: 'weight', label: 'Weight' }),
            h(SubmitButton, () => 'Save'),
          ])
      },
    },
    { global: { plugins: [vuetify] } },
  )
  const field = (label: RegExp) => screen.getByLabelText<HTMLInputElement>(label)
  return { sent, made, count: field(/^Count/), weight: field(/^Weight/) }
}

it('sends numbers, and null for a blank one', async () => {
  const { sent, count, weight } = renderForm()
  await user.type(count, ' 20{Enter}')
  await user.type(weight, '-1.05{Enter}')
  expect(sent).toEqual([
    { count: 20, weight: null },
    { count: 20, weight: -1.05 },
  ])
  expect(weight.value).toBe('-1.05')
})

it.each([
  ['0', 'Use 1 or more.'],
  ['501', 'Use 500 or less.'],
  ['2.5', 'Enter a whole number, with digits only.'],
  ['1,000', 'Enter a whole number, with digits only.'],
  ['1e2', 'Enter a whole number, with digits only.'],
  ['9'.repeat(16), 'Enter a whole number, with digits only.'],
  ['-', 'Enter a whole number, with digits only.'],
  [' ', 'Fill in this field.'],
])('refuses %s', async (typed, message) => {
  const { sent, count } = renderForm()
  await user.type(count, `${typed}{Enter}`)
  await screen.findByText(message)
  expect(count.value).toBe(typed)
  expect(sent).toEqual([])
})

it.each([
  [{ exclusiveMinimum: 0 }, 0, { key: 'notAbove', count: 0 }],
  [{ exclusiveMinimum: 0 }, 0.01, null],
  [{ exclusiveMaximum: 1 }, 1, { key: 'notBelow', count: 1 }],
  [{ exclusiveMaximum: 1 }, 0.99, null],
  [{ multipleOf: 5 }, 12, { key: 'notMultiple', count: 5 }],
  [{ multipleOf: 5 }, -10, null],
  [{ multipleOf: 0.01 }, 1_234.565, { key: 'notMultiple', count: 0.01 }],
  [{ multipleOf: 0.01 }, 4.35, null],
  [{ multipleOf: 0.1 }, 0.3, null],
  [{ minimum: 1, multipleOf: 5 }, 0, { key: 'tooSmall', count: 1 }],
])('checks %j of %d', (limits, value, problem) => {
  expect(problemOf({ type: 'number', ...limits }, value)).toEqual(problem)
})

it('reads and shows numbers in the language of the user', async () => {
  await setLocale('de')
  const { sent, weight } = renderForm({ count: 1, weight: 2.5 })
  expect(weight.value).toBe('2,5')
  await user.type(weight, '0{Enter}')
  expect(sent).toEqual([{ count: 1, weight: 2.5 }])
  expect(weight.value).toBe('2,50')
  await user.clear(weight)
  await user.type(weight, '1.000{Enter}')
  await screen.findByText('Gib eine Zahl wie 1,5 ein.')
  expect(sent).toHaveLength(1)
})

it('is unchanged after the number is typed again or cleared again', async () => {
  const { made, weight, count } = renderForm({ count: 3 })
  await user.type(weight, '7')
  expect(made.form?.isDirty).toBe(true)
  await user.clear(weight)
  await user.clear(count)
  await user.type(count, '3')
  expect(made.form?.isDirty).toBe(false)
})
