import userEvent from '@testing-library/user-event'
import { cleanup, screen, waitFor } from '@testing-library/vue'
import { beforeEach, expect, it } from 'vitest'

import { answer, asAda, asGuest, refusal } from '@/test/api'
import { verifiedAda, withoutProviders } from '@/test/identity'
import { renderApp } from '@/test/renderApp'

const user = userEvent.setup()

const stored = () => Object.values(sessionStorage).join(' ')

beforeEach(() => {
  asGuest()
  withoutProviders()
})

it('confirms an address and removes the token from the address bar', async () => {
  asAda()
  const requests = answer('post', '/api/auth/verify-email', { status: 204 })
  const router = await renderApp('/verify-email#token=t-1')

  await screen.findByRole('heading', { name: 'Your email address is confirmed' })
  expect(requests).toEqual([{ token: 't-1', only_as_holder: true }])
  await waitFor(() => {
    expect(router.currentRoute.value.fullPath).toBe('/verify-email')
  })
})

it('asks for the password when a link is opened in another browser', async () => {
  const requests = answer(
    'post',
    '/api/auth/verify-email',
    refusal(403, 'HOLDER_REQUIRED'),
    refusal(400, 'WRONG_PASSWORD'),
    { status: 204 },
  )
  await renderApp('/verify-email#token=t-1')

  await screen.findByRole('heading', { name: 'Confirm your email address' })
  const field = screen.getByLabelText('Password')
  await user.type(field, 'a guess{Enter}')
  await screen.findByText('The API says WRONG_PASSWORD.')
  await user.clear(field)
  await user.type(field, 'right{Enter}')

  await screen.findByRole('heading', { name: 'Your email address is confirmed' })
  expect(requests).toEqual([
    { token: 't-1', only_as_holder: true },
    { token: 't-1', password: 'a guess' },
    { token: 't-1', password: 'right' },
  ])
})

it('offers a new password to readers who do not know theirs', async () => {
  const requests = answer('post', '/api/auth/verify-email', refusal(403, 'HOLDER_REQUIRED'))
  const router = await renderApp('/verify-email#token=t-1')

  await user.click(await screen.findByRole('link', { name: 'Choose a new password' }))

  await screen.findByRole('heading', { name: 'Forgot your password?' })
  expect(router.currentRoute.value.name).toBe('forgot-password')
  expect(requests).toHaveLength(1)
})

it('says that the link has expired when the password comes too late', async () => {
  answer('post', '/api/auth/verify-email', refusal(403, 'HOLDER_REQUIRED'), refusal(400, 'INVALID_LINK'))
  await renderApp('/verify-email#token=t-1')

  await user.type(await screen.findByLabelText('Password'), 'right{Enter}')

  await screen.findByRole('heading', { name: 'This link doesn’t work' })
})

it('says that a link no longer works', async () => {
  answer('post', '/api/auth/confirm-email-change', refusal(400, 'INVALID_LINK'))
  await renderApp('/confirm-email#token=t-1')

  await screen.findByRole('heading', { name: 'This link doesn’t work' })
  screen.getByText('The API says INVALID_LINK.')
})

it('retries after a network error', async () => {
  answer('get', '/api/users/me', { body: { data: verifiedAda } })
  const requests = answer('post', '/api/auth/verify-email', refusal(503, 'DATABASE_UNAVAILABLE'), { status: 204 })
  await renderApp('/verify-email#token=t-1')

  await user.click(await screen.findByRole('button', { name: 'Try again' }))

  await screen.findByRole('heading', { name: 'Your email address is confirmed' })
  expect(requests).toHaveLength(2)
})

it('sets a new password and shows refusals at the field', async () => {
  const requests = answer('post', '/api/auth/reset-password', refusal(400, 'PASSWORD_TOO_COMMON'), { status: 204 })
  const router = await renderApp('/reset-password#token=t-2')

  const field = await screen.findByLabelText('New password')
  await user.type(field, 'password1{Enter}')
  const message = await screen.findByText('The API says PASSWORD_TOO_COMMON.')
  expect(field.getAttribute('aria-describedby')).toBe(message.closest('[id]')?.id)
  await user.clear(field)
  await user.type(field, 'staple battery{Enter}')

  await screen.findByRole('heading', { name: 'Welcome back' })
  expect(router.currentRoute.value.name).toBe('sign-in')
  expect(requests).toEqual([
    { token: 't-2', password: 'password1' },
    { token: 't-2', password: 'staple battery' },
  ])
})

it('finds the token again after a reload, until it is used', async () => {
  const requests = answer('post', '/api/auth/reset-password', { status: 204 })
  await renderApp('/reset-password#token=t-2')
  await screen.findByLabelText('New password')
  cleanup()

  await renderApp('/reset-password')
  await user.type(await screen.findByLabelText('New password'), 'staple battery{Enter}')
  await screen.findByRole('heading', { name: 'Welcome back' })
  expect(requests).toEqual([{ token: 't-2', password: 'staple battery' }])
  expect(stored()).not.toContain('t-2')
})

it('keeps no token when its page is left', async () => {
  const router = await renderApp('/reset-password#token=t-2')
  await screen.findByLabelText('New password')
  expect(stored()).toContain('t-2')

  await router.push('/forgot-password')
  expect(stored()).not.toContain('t-2')
})

it('follows a link that is pasted where another one did not work', async () => {
  const requests = answer('post', '/api/auth/verify-email', refusal(400, 'INVALID_LINK'), { status: 204 })
  const router = await renderApp('/verify-email#token=t-1')
  await screen.findByRole('heading', { name: 'This link doesn’t work' })

  await router.push('/verify-email#token=t-2')
  await screen.findByRole('heading', { name: 'Your email address is confirmed' })
  expect(requests.at(-1)).toMatchObject({ token: 't-2' })
  expect(router.currentRoute.value.fullPath).toBe('/verify-email')
})

it('says what is missing without a token, and sends nothing', async () => {
  const requests = answer('post', '/api/auth/verify-email', { status: 204 })
  await renderApp('/verify-email')

  await screen.findByRole('heading', { name: 'Open the link from your email' })
  expect(requests).toEqual([])
})

it('shows the same message whether or not an address has an account', async () => {
  const requests = answer('post', '/api/auth/forgot-password', { status: 202, body: { data: { message: 'x' } } })
  await renderApp('/forgot-password')

  await user.type(await screen.findByLabelText('Email'), ' ada@example.com{Enter}')

  await screen.findByText(/If ada@example.com has an account, we’ve sent a link to it/)
  expect(requests).toEqual([{ email: 'ada@example.com' }])
})
