import userEvent from '@testing-library/user-event'
import { screen } from '@testing-library/vue'
import { beforeEach, expect, it } from 'vitest'

import { ada, answer, refusal } from '@/test/api'
import { dashboard } from '@/test/dashboard'
import { renderApp } from '@/test/renderApp'

const user = userEvent.setup()

beforeEach(() => {
  answer('get', '/api/users/me', refusal(401, 'NOT_AUTHENTICATED'))
  answer('post', '/api/auth/refresh', refusal(401, 'SESSION_EXPIRED'))
  answer('get', '/api/auth/signup', { body: { data: { is_open: true } } })
})

async function fillIn({ name = '', email = 'ada@example.com', password = 'correct horse' } = {}): Promise<void> {
  if (name) await user.type(await screen.findByLabelText('Name (optional)'), name)
  await user.type(await screen.findByLabelText('Email'), email)
  await user.type(screen.getByLabelText('Password'), password)
  await user.click(screen.getByRole('button', { name: 'Sign up' }))
}

it('creates the account and shows the dashboard', async () => {
  const requests = answer('post', '/api/auth/signup', { status: 201, body: { data: ada } })
  answer('get', '/api/dashboard', { body: { data: dashboard } })
  await renderApp('/sign-up')

  await fillIn({ name: 'Ada' })

  await screen.findByRole('heading', { name: 'Hello, Ada' })
  await screen.findByText('ada@example.com')
  expect(requests).toEqual([{ name: 'Ada', email: 'ada@example.com', password: 'correct horse' }])
})

it('sends no name when none was given', async () => {
  const requests = answer('post', '/api/auth/signup', refusal(503, 'DATABASE_UNAVAILABLE'))
  await renderApp('/sign-up')

  await fillIn()

  await screen.findByText('The API says DATABASE_UNAVAILABLE.')
  expect(requests).toEqual([{ name: null, email: 'ada@example.com', password: 'correct horse' }])
})

it('shows the next step where the address must be confirmed first', async () => {
  answer('post', '/api/auth/signup', { status: 202, body: { data: { message: 'Look into your mailbox.' } } })
  const router = await renderApp('/sign-up')

  await fillIn()

  const note = await screen.findByText('Look into your mailbox.')
  expect(note.closest('[role="status"]')).not.toBeNull()
  expect(screen.queryByLabelText('Email')).toBeNull()
  expect(router.currentRoute.value.name).toBe('sign-up')
})

it('says above the form that the address is taken and marks the field', async () => {
  const details = [{ field: 'email', message: 'Taken.' }]
  answer('post', '/api/auth/signup', refusal(400, 'USER_ALREADY_EXISTS', details))
  await renderApp('/sign-up')

  await fillIn()

  await screen.findByText('The API says USER_ALREADY_EXISTS.')
  expect(screen.getByLabelText('Email').getAttribute('aria-invalid')).toBe('true')
})

it('shows the API’s error at its field until it is edited', async () => {
  const details = [{ field: 'email', message: 'This host takes no mail.' }]
  answer('post', '/api/auth/signup', refusal(422, 'VALIDATION_FAILED', details))
  await renderApp('/sign-up')

  await fillIn()

  const message = await screen.findByText('This host takes no mail.')
  const field = screen.getByLabelText('Email')
  expect(field.getAttribute('aria-describedby')).toBe(message.closest('[id]')?.id)
  expect(screen.queryByText('Please check what you entered.')).toBeNull()

  await user.type(field, 'x')
  expect(screen.queryByText('This host takes no mail.')).toBeNull()
})

it('refuses a short password before sending anything', async () => {
  const requests = answer('post', '/api/auth/signup', { status: 201, body: { data: ada } })
  await renderApp('/sign-up')

  await fillIn({ password: 'short' })

  await screen.findByText('Use at least 8 characters.')
  expect(requests).toEqual([])
})
