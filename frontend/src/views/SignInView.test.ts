import userEvent from '@testing-library/user-event'
import { screen } from '@testing-library/vue'
import { beforeEach, expect, it } from 'vitest'

import { ada, answer, refusal } from '@/test/api'
import { withoutProviders } from '@/test/identity'
import { renderApp } from '@/test/renderApp'

const user = userEvent.setup()

beforeEach(() => {
  answer('get', '/api/users/me', refusal(401, 'NOT_AUTHENTICATED'))
  answer('post', '/api/auth/refresh', refusal(401, 'SESSION_EXPIRED'))
  withoutProviders()
})

async function fillIn(email: string, password: string): Promise<void> {
  await user.type(await screen.findByLabelText('Email'), email)
  await user.type(screen.getByLabelText('Password'), password)
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
}

it('signs in and opens the requested page', async () => {
  answer('get', '/api/dashboard', refusal(503, 'DATABASE_UNAVAILABLE'))
  const requests = answer('post', '/api/auth/signin', { body: { data: ada } })
  const router = await renderApp('/dashboard?from=mail')
  expect(router.currentRoute.value.name).toBe('sign-in')

  await fillIn(' ada@example.com', 'correct horse battery')

  await screen.findByText('This didn’t load')
  expect(router.currentRoute.value.fullPath).toBe('/dashboard?from=mail')
  expect(requests).toEqual([{ email: 'ada@example.com', password: 'correct horse battery' }])
})

it('shows the error and keeps the input', async () => {
  answer('post', '/api/auth/signin', refusal(401, 'INVALID_CREDENTIALS'))
  await renderApp('/sign-in')

  await fillIn('ada@example.com', 'guess')

  const alert = await screen.findByText('The API says INVALID_CREDENTIALS.')
  expect(alert.closest('[role="alert"]')).not.toBeNull()
  expect(screen.getByLabelText<HTMLInputElement>('Email').value).toBe('ada@example.com')
})

it('sends nothing while a field is invalid and focuses it', async () => {
  const requests = answer('post', '/api/auth/signin', { body: { data: ada } })
  await renderApp('/sign-in')

  await fillIn('ada', 'guess')

  await screen.findByText(/Enter an email address/)
  const field = screen.getByLabelText('Email')
  expect(field.getAttribute('aria-invalid')).toBe('true')
  expect(document.activeElement).toBe(field)
  expect(requests).toEqual([])
})

it('falls back to the API’s message for other codes', async () => {
  answer('post', '/api/auth/signin', refusal(403, 'CROSS_ORIGIN_REQUEST'))
  await renderApp('/sign-in')

  await fillIn('ada@example.com', 'guess')

  await screen.findByText('The API says CROSS_ORIGIN_REQUEST.')
})

const WAYS = [
  { field: 'totp', message: 'A code.' },
  { field: 'recovery_code', message: 'A recovery code.' },
]

it('asks for a second factor and opens the requested page', async () => {
  answer('get', '/api/dashboard', refusal(503, 'DATABASE_UNAVAILABLE'))
  answer('post', '/api/auth/signin', refusal(401, 'MFA_REQUIRED', WAYS))
  const requests = answer(
    'post',
    '/api/auth/mfa/verify',
    refusal(401, 'INVALID_SECOND_FACTOR'),
    refusal(403, 'TOO_MANY_CODES'),
    { body: { data: ada } },
  )
  const router = await renderApp('/dashboard')

  await fillIn('ada@example.com', 'correct horse battery')
  const field = await screen.findByLabelText('Authenticator code')
  expect(document.activeElement).toBe(field)
  await user.type(field, '000000{Enter}')
  await screen.findByText('The API says INVALID_SECOND_FACTOR.')
  await user.clear(field)
  await user.type(field, '111 111{Enter}')
  await screen.findByText('The API says TOO_MANY_CODES.')
  await user.click(screen.getByRole('button', { name: 'Use a recovery code' }))
  await user.type(screen.getByLabelText('Recovery code'), ' k7mq-2xyf ')
  await user.click(screen.getByRole('button', { name: 'Confirm' }))

  await screen.findByText('This didn’t load')
  expect(router.currentRoute.value.path).toBe('/dashboard')
  expect(requests).toEqual([{ code: '000000' }, { code: '111 111' }, { recovery_code: 'k7mq-2xyf' }])
})

it('returns to the password when the sign-in has ended', async () => {
  answer('post', '/api/auth/signin', refusal(401, 'MFA_REQUIRED', WAYS))
  answer('post', '/api/auth/mfa/verify', refusal(401, 'SIGN_IN_ENDED'))
  await renderApp('/sign-in')

  await fillIn('ada@example.com', 'correct horse battery')
  await user.type(await screen.findByLabelText('Authenticator code'), '000000{Enter}')

  await screen.findByText('The API says SIGN_IN_ENDED.')
  screen.getByLabelText('Password')
})

it('goes straight to the second factor after a provider’s redirect', async () => {
  await renderApp('/sign-in?error=MFA_REQUIRED&methods=recovery_code,telepathy&redirect=/account')

  await screen.findByLabelText('Recovery code')
  expect(screen.queryByLabelText('Password')).toBeNull()
})

it('offers providers as links and explains a failure', async () => {
  answer('get', '/api/auth/oidc', { body: { data: [{ name: 'acme', label: 'Acme' }] } })
  await renderApp('/sign-in?error=ACCOUNT_EXISTS&redirect=/account?tab=1')

  await screen.findByText(/You already have an account with this address/)
  const link = await screen.findByRole('link', { name: 'Sign in with Acme' })
  expect(link.getAttribute('href')).toBe('/api/auth/oidc/acme/start?redirect=%2Faccount%3Ftab%3D1')
})

it('says when to try again', async () => {
  answer('post', '/api/auth/signin', { ...refusal(429, 'TOO_MANY_ATTEMPTS'), headers: { 'Retry-After': '90' } })
  await renderApp('/sign-in')

  await fillIn('ada@example.com', 'guess')

  await screen.findByText(/Try again in 2 minutes\./)
})
