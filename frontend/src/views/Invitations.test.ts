import userEvent from '@testing-library/user-event'
import { screen, waitFor, within } from '@testing-library/vue'
import { expect, it } from 'vitest'

import type { AccountResponse } from '@/api/generated/client'
import { ada, answer, asGuest, pageOf, refusal } from '@/test/api'
import { mfaStatus, withoutProviders } from '@/test/identity'
import { renderApp } from '@/test/renderApp'

const user = userEvent.setup()

const grace: AccountResponse = {
  id: '01980000-0000-7000-8000-000000000002',
  email: 'grace@example.com',
  name: null,
  is_verified: false,
  is_active: true,
  roles: ['member'],
  permissions: [],
  version: 1,
  created_at: '2026-05-04T09:30:00Z',
  invitation_expires_at: '2999-05-11T09:30:00Z',
}
const address = `/api/users/${grace.id}`

function asAdmin(): void {
  answer('get', '/api/users/me', { body: { data: { ...ada, permissions: ['read:users', 'write:users'] } } })
  answer('get', '/api/users', pageOf([]))
  answer('get', address, { body: { data: grace } })
  answer('get', `${address}/second-factors`, mfaStatus())
  answer('get', `${address}/sessions`, { body: { data: [] } })
}

it('invites a user, and shows at the field that the address is taken', async () => {
  asAdmin()
  const requests = answer(
    'post',
    '/api/users',
    refusal(409, 'EMAIL_HAS_ACCOUNT', [{ field: 'email', message: 'Taken.' }]),
    {
      status: 201,
      body: { data: grace },
    },
  )
  const router = await renderApp('/admin/users')

  await user.click(await screen.findByRole('button', { name: 'Invite user' }))
  const dialog = within(await screen.findByRole('dialog'))
  await user.type(dialog.getByLabelText('Email'), grace.email)
  await user.click(dialog.getByLabelText(/Moderator/))
  await user.click(dialog.getByRole('button', { name: 'Send invitation' }))
  await dialog.findByText('Taken.')
  await user.click(dialog.getByRole('button', { name: 'Send invitation' }))

  await waitFor(() => {
    expect(router.currentRoute.value.path).toBe(`/admin/users/${grace.id}`)
  })
  expect(requests[1]).toMatchObject({ email: grace.email, roles: ['member', 'moderator'] })
})

it('sends an invitation again, and withdraws it', async () => {
  asAdmin()
  const sent = answer('post', `${address}/invitation`, { body: { data: grace } })
  const withdrawn = answer('delete', `${address}/invitation`, { status: 204 })
  const router = await renderApp(`/admin/users/${grace.id}`)

  await user.click(await screen.findByRole('button', { name: 'Send again' }))
  await waitFor(() => {
    expect(sent).toHaveLength(1)
  })
  await user.click(screen.getByRole('button', { name: 'Withdraw' }))
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Withdraw' }))
  await waitFor(() => {
    expect(router.currentRoute.value.name).toBe('users')
  })
  expect(withdrawn).toHaveLength(1)
})

it('sends no invitation to a deactivated account', async () => {
  asAdmin()
  answer('get', address, { body: { data: { ...grace, is_active: false } } })
  await renderApp(`/admin/users/${grace.id}`)

  await screen.findByRole('button', { name: 'Withdraw' })
  expect(screen.queryByRole('button', { name: 'Send again' })).toBeNull()
})

it('sets the password of an invited user and signs them in', async () => {
  asGuest()
  answer('post', '/api/auth/invitation', {
    body: { data: { email: grace.email, name: null, expires_at: grace.invitation_expires_at } },
  })
  const requests = answer('post', '/api/auth/accept-invitation', refusal(400, 'PASSWORD_TOO_COMMON'), {
    body: { data: ada },
  })
  const router = await renderApp('/accept-invitation#token=t-1')

  await screen.findByText('Choose a password for grace@example.com.')
  await user.type(screen.getByLabelText('Password'), 'password123{Enter}')
  await screen.findByText('The API says PASSWORD_TOO_COMMON.')
  await user.type(screen.getByLabelText('Password'), '4{Enter}')
  await waitFor(() => {
    expect(router.currentRoute.value.path).not.toBe('/accept-invitation')
  })
  expect(requests[1]).toEqual({ token: 't-1', password: 'password1234' })
})

it('says that an invitation is over, and where to go', async () => {
  asGuest()
  withoutProviders()
  answer('post', '/api/auth/invitation', refusal(400, 'INVALID_LINK'))
  await renderApp('/accept-invitation#token=t-1')

  await screen.findByRole('heading', { name: 'This invitation is no longer valid' })
  expect(screen.getByRole('link', { name: 'Sign in' }).getAttribute('href')).toBe('/sign-in')
})

it('does not claim that an invitation is over when its token is missing', async () => {
  asGuest()
  const router = await renderApp('/accept-invitation')
  await screen.findByRole('heading', { name: 'Open the link from your email' })

  answer('post', '/api/auth/invitation', {
    body: { data: { email: grace.email, name: null, expires_at: grace.invitation_expires_at } },
  })
  await router.push('/accept-invitation#token=t-1')
  await screen.findByText('Choose a password for grace@example.com.')
})

it('says that sign-up is closed', async () => {
  asGuest()
  answer('get', '/api/auth/signup', { body: { data: { is_open: false } } })
  await renderApp('/sign-up')

  await screen.findByText(/by invitation only/)
  expect(screen.queryByRole('button', { name: 'Sign up' })).toBeNull()
})
