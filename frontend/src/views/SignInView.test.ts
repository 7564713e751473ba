import userEvent from '@testing-library/user-event'
import { screen } from '@testing-library/vue'
import { beforeEach, expect, it } from 'vitest'

import { ada, answer, refusal } from '@/test/api'
import { renderApp } from '@/test/renderApp'

const user = userEvent.setup()

beforeEach(() => {
  answer('get', '/api/users/me', refusal(401, 'NOT_AUTHENTICATED'))
  answer('post', '/api/auth/refresh', refusal(401, 'SESSION_EXPIRED'))
})

async function fillIn(email: string, password: string): Promise<void> {
  await user.type(await screen.findByLabelText('E-mail'), email)
  await user.type(screen.getByLabelText('Password'), password)
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
}

it('signs in and opens the page that was asked for', async () => {
  answer('get', '/api/dashboard', refusal(503, 'DATABASE_UNAVAILABLE'))
  const requests = answer('post', '/api/auth/signin', { body: { data: ada } })
  const router = await renderApp('/dashboard?from=mail')
  expect(router.currentRoute.value.name).toBe('sign-in')

  await fillIn(' ada@example.com', 'correct horse battery')

  await screen.findByText('This did not load')
  expect(router.currentRoute.value.fullPath).toBe('/dashboard?from=mail')
  expect(requests).toEqual([{ email: 'ada@example.com', password: 'correct horse battery' }])
})

it('says what is wrong with the credentials and keeps what was typed', async () => {
  answer('post', '/api/auth/signin', refusal(401, 'INVALID_CREDENTIALS'))
  await renderApp('/sign-in')

  await fillIn('ada@example.com', 'guess')

  const alert = await screen.findByText('The e-mail address or the password is wrong.')
  expect(alert.closest('[role="alert"]')).not.toBeNull()
  expect(screen.getByLabelText<HTMLInputElement>('E-mail').value).toBe('ada@example.com')
})

it('sends nothing while a field is wrong, and leads to that field', async () => {
  const requests = answer('post', '/api/auth/signin', { body: { data: ada } })
  await renderApp('/sign-in')

  await fillIn('ada', 'guess')

  await screen.findByText(/Enter an e-mail address/)
  const field = screen.getByLabelText('E-mail')
  expect(field.getAttribute('aria-invalid')).toBe('true')
  expect(document.activeElement).toBe(field)
  expect(requests).toEqual([])
})

it('falls back to the sentence of the API for codes without one of their own', async () => {
  answer('post', '/api/auth/signin', refusal(403, 'CROSS_ORIGIN_REQUEST'))
  await renderApp('/sign-in')

  await fillIn('ada@example.com', 'guess')

  await screen.findByText('The API says CROSS_ORIGIN_REQUEST.')
})
