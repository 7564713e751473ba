import userEvent from '@testing-library/user-event'
import { screen, waitFor, within } from '@testing-library/vue'
import { expect, it } from 'vitest'

import type { UserResponse } from '@/api/generated/client'
import { answer, pageOf, refusal } from '@/test/api'
import { mfaStatus, verifiedAda } from '@/test/identity'
import { renderApp } from '@/test/renderApp'

const user = userEvent.setup()
const admin: UserResponse = { ...verifiedAda, roles: ['member', 'admin'] }

it('redirects an admin whose role is withheld to the second-factor page', async () => {
  answer('get', '/api/users/me', { body: { data: { ...admin, permissions: ['read:users'] } } })
  answer('get', '/api/users', pageOf([], { total: 0 }), refusal(403, 'MFA_ENROLLMENT_REQUIRED'))
  answer('get', '/api/auth/mfa', mfaStatus())
  const router = await renderApp('/admin/users')

  await screen.findByText('0 users')
  answer('get', '/api/users/me', { body: { data: { ...admin, withheld_roles: ['admin'] } } })
  await user.click(screen.getByRole('link', { name: 'Deactivated' }))
  await screen.findByRole('complementary', { name: 'Second factor required' })
  await screen.findByRole('button', { name: 'Set up' })
  expect(router.currentRoute.value.fullPath).toBe('/account/security#two-factor')
})

it('says that a role requires a second factor until there is one', async () => {
  answer('get', '/api/users/me', { body: { data: { ...admin, withheld_roles: ['admin'] } } })
  answer('get', '/api/auth/mfa', mfaStatus(), mfaStatus({ totp: true, codes: 10 }))
  const enrollment = { secret: 'JBSWY3DPEHPK3PXP', otpauth_uri: 'otpauth://x', qr_svg: 'data:image/svg+xml,x' }
  answer('post', '/api/auth/mfa/enroll', { body: { data: enrollment } })
  answer('post', '/api/auth/mfa/confirm', { body: { data: { recovery_codes: ['k7mq', 'n3xy'] } } })
  await renderApp('/account/profile')

  const note = within(await screen.findByRole('complementary', { name: 'Second factor required' }))
  await user.click(note.getByRole('link', { name: 'Set up now' }))
  await user.click(await screen.findByRole('button', { name: 'Set up' }))
  answer('get', '/api/users/me', { body: { data: { ...admin, permissions: ['read:users'] } } })
  await user.type(await screen.findByLabelText('Authenticator code'), '123456{Enter}')

  await screen.findByText('n3xy')
  await waitFor(() => {
    expect(screen.queryByRole('complementary', { name: 'Second factor required', hidden: true })).toBeNull()
  })
})
