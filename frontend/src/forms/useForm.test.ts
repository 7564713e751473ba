import userEvent from '@testing-library/user-event'
import { render, screen } from '@testing-library/vue'
import { expect, it, vi } from 'vitest'
import { h } from 'vue'
import { VCheckbox } from 'vuetify/components/VCheckbox'

import { APIError } from '@/api/APIError'
import type { ErrorCode, ErrorDetailBody } from '@/api/generated/client'
import { profilePatch } from '@/api/generated/schemas'
import AppForm from '@/components/forms/AppForm.vue'
import FormField from '@/components/forms/FormField.vue'
import FormSwitch from '@/components/forms/FormSwitch.vue'
import FormTextarea from '@/components/forms/FormTextarea.vue'
import SubmitButton from '@/components/forms/SubmitButton.vue'
import { setLocale } from '@/i18n'
import { vuetify } from '@/vuetify'

import type { Schema } from './schema'
import { type Form, useForm } from './useForm'
import { problemOf } from './validation'

interface Note {
  title: string
  email?: string | null
  text?: string
  pinned?: boolean
}

const schema: Schema<Note> = {
  title: { type: 'string', required: true, minLength: 1, maxLength: 20 },
  email: { type: 'string', nullable: true, format: 'email' },
  text: { type: 'string', minLength: 1, maxLength: 2000 },
  pinned: { type: 'boolean' },
}

const user = userEvent.setup()

/** Render a form with a field for each name, and return what it sends. */
function renderForm(fields: (keyof Note)[], submit: (note: Note, key: string) => unknown = () => undefined) {
  const sent: Note[] = []
  const made: { form?: Form<Note> } = {}
  render(
    {
      setup() {
        const form = useForm(schema, {
          codes: { NOT_ACCEPTABLE: 'title' },
          submit: async (note, key) => {
            sent.push(note)
            await submit(note, key)
          },
        })
        made.form = form
        return () =>
          h(AppForm<Note>, { form }, () => [
            ...fields.map((name) => h(FIELDS[name], { name, label: LABELS[name] })),
            h(VCheckbox, { label: 'Own field' }),
            h(SubmitButton, () => 'Save'),
          ])
      },
    },
    { global: { plugins: [vuetify] } },
  )
  return { sent, made }
}

const FIELDS = { title: FormField, email: FormField, text: FormTextarea, pinned: FormSwitch }
const LABELS = { title: 'Title', email: 'Email', text: 'Text', pinned: 'Pinned' }

function refused(code: ErrorCode, details: ErrorDetailBody[] = [], status = 422): APIError {
  return new APIError({
    status,
    code,
    internalCode: 0,
    message: `Refused: ${code}`,
    details,
    requestId: 'r-1',
    retryAfter: null,
  })
}

it('says nothing while the user types for the first time, and checks once they leave the field', async () => {
  renderForm(['title', 'email'])
  await user.type(screen.getByLabelText('Email (optional)'), 'ada')
  expect(screen.queryByText(/^Enter an email address/)).toBeNull()
  await user.tab()
  await screen.findByText('Enter an email address such as ada@example.com.')
  await user.type(screen.getByLabelText('Email (optional)'), '@example.com')
  expect(screen.queryByText(/^Enter an email address/)).toBeNull()
})

it('says nothing about a field that the user only passes', async () => {
  renderForm(['title', 'email'])
  await user.click(screen.getByLabelText('Title'))
  await user.tab()
  expect(screen.queryByText('Fill in this field.')).toBeNull()
})

it('moves the focus to the first wrong field and sends nothing', async () => {
  const { sent } = renderForm(['title', 'email'])
  await user.type(screen.getByLabelText('Email (optional)'), 'ada{Enter}')
  await screen.findByText('Fill in this field.')
  expect(document.activeElement).toBe(screen.getByLabelText('Title'))
  expect(screen.getByLabelText('Title').getAttribute('aria-invalid')).toBe('true')
  expect(sent).toEqual([])
})

it('sends blank fields as null or not at all, and others without spaces around them', async () => {
  const { sent } = renderForm(['title', 'email', 'text'])
  await user.type(screen.getByLabelText('Title'), '  Milk ')
  await user.type(screen.getByLabelText('Text (optional)'), ' {Control>}{Enter}{/Control}')
  expect(sent).toEqual([{ title: 'Milk', email: null }])
})

it('does not send fields that it does not show', async () => {
  const { sent } = renderForm(['title'])
  await user.type(screen.getByLabelText('Title'), 'Milk{Enter}')
  expect(sent).toEqual([{ title: 'Milk' }])
})

it('shows the length near the limit and refuses more, an emoji counting once', async () => {
  const { sent } = renderForm(['title'])
  await user.type(screen.getByLabelText('Title'), '🦙'.repeat(18))
  expect(screen.queryByText(/\/ 20/)).toBeNull()
  await user.type(screen.getByLabelText('Title'), '🦙')
  await screen.findByText('19 / 20')
  await user.type(screen.getByLabelText('Title'), '🦙🦙{Enter}')
  await screen.findByText('Use at most 20 characters.')
  await user.type(screen.getByLabelText('Title'), '{Backspace}{Backspace}{Enter}')
  expect(sent).toEqual([{ title: '🦙'.repeat(20) }])
})

it('shows errors of the API at their fields until these change', async () => {
  renderForm(['title'], () => {
    throw refused('VALIDATION_FAILED', [{ field: 'title', message: 'Taken.' }])
  })
  await user.type(screen.getByLabelText('Title'), 'Milk{Enter}')
  await screen.findByText('Taken.')
  expect(screen.queryByRole('alert', { name: /Check/ })).toBeNull()
  expect(document.activeElement).toBe(screen.getByLabelText('Title'))
  await user.type(screen.getByLabelText('Title'), '!')
  expect(screen.queryByText('Taken.')).toBeNull()
})

it('shows an error at the field that its code belongs to', async () => {
  renderForm(['title'], () => {
    throw refused('NOT_ACCEPTABLE')
  })
  await user.type(screen.getByLabelText('Title'), 'Milk{Enter}')
  await screen.findByText('Refused: NOT_ACCEPTABLE')
  expect(screen.getByLabelText('Title').getAttribute('aria-invalid')).toBe('true')
})

it('sums up errors of fields that are not on the page', async () => {
  renderForm(['title'], () => {
    throw refused('VALIDATION_FAILED', [{ field: 'text', message: 'Too wild.' }])
  })
  await user.type(screen.getByLabelText('Title'), 'Milk{Enter}')
  await screen.findByText('Check the highlighted fields.')
  await screen.findByText('text: Too wild.')
})

it('names the request of an error that is not the user’s', async () => {
  renderForm(['title'], () => {
    throw refused('INTERNAL_ERROR', [], 500)
  })
  await user.type(screen.getByLabelText('Title'), 'Milk{Enter}')
  await screen.findByText('Request ID r-1')
})

it('is sent once at a time, and repeats its key until it succeeded', async () => {
  const keys: string[] = []
  let fail: () => void = () => undefined
  const { made } = renderForm(['title'], async (_, key) => {
    keys.push(key)
    if (keys.length > 1) return
    await new Promise((_, reject) => {
      fail = () => {
        reject(refused('NETWORK_ERROR' as ErrorCode, [], 0))
      }
    })
  })
  const title = screen.getByLabelText('Title')
  await user.type(title, 'Milk{Enter}{Enter}')
  fail()
  await screen.findByText(/can’t reach the server/)
  await user.type(title, '{Enter}')
  await vi.waitFor(() => {
    expect(made.form?.isDirty).toBe(false)
  })
  await user.type(title, '{Enter}')
  expect(keys).toHaveLength(3)
  expect(keys[1]).toBe(keys[0])
  expect(keys[2]).not.toBe(keys[0])
})

it('takes no change while it is sent, and keeps the focus', async () => {
  let refuse: () => void = () => undefined
  renderForm(['title', 'text', 'pinned'], async () => {
    await new Promise((_, reject) => {
      refuse = () => {
        reject(refused('OWN_ACCOUNT'))
      }
    })
  })
  const title = screen.getByLabelText<HTMLInputElement>('Title')
  const text = screen.getByLabelText<HTMLTextAreaElement>('Text (optional)')
  const switches = ['Pinned', 'Own field'].map((name) => screen.getByLabelText<HTMLInputElement>(name))
  const changeAll = async () => {
    await user.type(text, 'More.')
    for (const each of switches) await user.click(each)
    return [text.value, ...switches.map(({ checked }) => checked)]
  }

  await user.type(title, 'Milk{Enter}')
  expect(document.activeElement).toBe(title)
  expect(await changeAll()).toEqual(['', false, false])
  refuse()
  await screen.findByText('Refused: OWN_ACCOUNT')
  expect(await changeAll()).toEqual(['More.', true, true])
})

it('knows whether it differs from what was saved, and starts again without errors', async () => {
  const { made } = renderForm(['title'])
  const title = screen.getByLabelText<HTMLInputElement>('Title')
  await user.type(title, 'Milk')
  expect(made.form?.isDirty).toBe(true)
  await user.clear(title)
  expect(made.form?.isDirty).toBe(false)
  await user.type(title, '{Enter}')
  await screen.findByText('Fill in this field.')
  made.form?.reset({ title: 'Bread' })
  await vi.waitFor(() => {
    expect(title.value).toBe('Bread')
  })
  expect(screen.queryByText('Fill in this field.')).toBeNull()
  expect(made.form?.isDirty).toBe(false)
})

it('shows what is wrong in the language that is chosen meanwhile', async () => {
  const { made } = renderForm(['title'], () => Promise.reject(refused('DATABASE_UNAVAILABLE', [], 503)))
  await user.type(screen.getByLabelText('Title'), 'Milk{Enter}')
  await screen.findByText('Refused: DATABASE_UNAVAILABLE')
  await user.clear(screen.getByLabelText('Title'))
  made.form?.leave('title')
  await screen.findByText('Fill in this field.')

  await setLocale('de')
  await screen.findByText('Bitte ausfüllen.')
  expect(screen.queryByText('Fill in this field.')).toBeNull()
  expect(made.form?.failure).toBeNull()
})

it.each(['I ❤️ this', '👩‍🚀', '👨‍👩‍👧‍👦', '🏳️‍🌈', 'می‌خواهم', 'क्‍ष'])('leaves it to the API where %s may join', (text) => {
  expect(problemOf(profilePatch.name, text)).toBeNull()
})

it('refuses what no line may have', () => {
  expect(problemOf(profilePatch.name, 'a\u202eb')).toEqual({ key: 'pattern' })
})
