import userEvent from '@testing-library/user-event'
import { screen, waitFor, within } from '@testing-library/vue'
import { expect, it } from 'vitest'
import { nextTick } from 'vue'

import { SIGNED_IN_KEY } from '@/store/session'
import { ada, answer, asAda, refusal } from '@/test/api'
import { mfaStatus, SESSIONS, verifiedAda, withoutProviders } from '@/test/identity'
import { renderApp } from '@/test/renderApp'
import { setTabHidden } from '@/test/visibility'
import { countDrafts, newDraftKey, writeDraft } from '@/utils/drafts'
import { SIGNED_OUT } from '@/utils/sessionEnd'

const user = userEvent.setup()

function asVerifiedAda(): void {
  answer('get', '/api/users/me', { body: { data: verifiedAda } })
}

/** Wait for the section of a tab with several. */
async function findSection(anchor: string) {
  return within(await waitFor(() => document.getElementById(anchor) ?? Promise.reject(new Error('not there yet'))))
}

/** Switch to another tab and back. */
async function returnToTab(): Promise<void> {
  for (const isHidden of [true, false]) {
    setTabHidden(isHidden)
    await nextTick()
  }
}

it('saves the name', async () => {
  asAda()
  const requests = answer('patch', '/api/users/me', { body: { data: { ...ada, name: 'Ada L.' } } })
  await renderApp('/account/profile')

  const field = await screen.findByLabelText('Name (optional)')
  await user.type(field, ' L.')
  await user.click(screen.getByRole('button', { name: 'Save' }))

  await screen.findByText('Profile saved.')
  expect(requests).toEqual([{ name: 'Ada L.' }])
})

it('reminds the user to confirm the address and resends the email', async () => {
  asAda()
  const requests = answer('post', '/api/auth/resend-verification', { status: 202, body: { data: { message: 'x' } } })
  await renderApp('/account/appearance')

  await user.click(await screen.findByRole('button', { name: 'Send a new link' }))

  await screen.findByText('We’ve sent you a new link.')
  expect(requests).toHaveLength(1)
})

it.each([
  ['tokens', 'New token', '/api/auth/tokens', []],
  ['passkeys', 'Add a passkey', '/api/auth/passkeys', []],
  ['two-factor', 'Set up', '/api/auth/mfa', { totp_enabled: false, recovery_codes_left: 0, passkeys: 0 }],
  ['linked', 'Link Example', '/api/auth/identities', []],
])('requires a confirmed address first: %s', async (anchor, button, path, data) => {
  asAda()
  answer('get', '/api/auth/oidc', { body: { data: [{ name: 'example', label: 'Example' }] } })
  answer('get', path, { body: { data } })
  const emails = answer('post', '/api/auth/resend-verification', { status: 202, body: { data: { message: 'x' } } })
  await renderApp(`/account/${anchor}`)

  const section = await findSection(anchor)
  await section.findByText('Confirm your email address first')
  expect(section.queryByRole('button', { name: button })).toBeNull()
  await user.click(section.getByRole('button', { name: 'Send a new link' }))
  await screen.findByText('We’ve sent you a new link.')
  expect(emails).toHaveLength(1)

  answer('get', '/api/users/me', { body: { data: verifiedAda } })
  await returnToTab()
  await section.findByRole('button', { name: button })
})

it('shows no reminder once the address is confirmed', async () => {
  asVerifiedAda()
  await renderApp('/account/appearance')

  await screen.findByRole('heading', { name: 'Colour scheme' })
  expect(screen.queryByRole('button', { name: 'Send a new link' })).toBeNull()
})

it('changes the password and shows errors at their fields', async () => {
  asAda()
  const requests = answer(
    'post',
    '/api/auth/change-password',
    refusal(400, 'WRONG_PASSWORD'),
    refusal(400, 'PASSWORD_TOO_PERSONAL'),
    { status: 204 },
  )
  await renderApp('/account/password')

  const [current, next] = [await screen.findByLabelText('Current password'), screen.getByLabelText('New password')]
  await user.type(current, 'a guess')
  await user.type(next, 'ada@example{Enter}')
  await screen.findByText('The API says WRONG_PASSWORD.')
  expect(current.getAttribute('aria-invalid')).toBe('true')
  await user.type(current, '!{Enter}')
  await screen.findByText('The API says PASSWORD_TOO_PERSONAL.')
  expect(next.getAttribute('aria-invalid')).toBe('true')
  await user.type(next, ' horse{Enter}')

  await screen.findByText(/Password changed/)
  expect(requests.at(-1)).toEqual({ current_password: 'a guess!', new_password: 'ada@example horse' })
})

it('lists sessions by device and ends one', async () => {
  asAda()
  answer('get', '/api/auth/sessions', { body: { data: SESSIONS } }, { body: { data: SESSIONS.slice(0, 1) } })
  const ended = answer('delete', `/api/auth/sessions/${SESSIONS[1]?.id ?? ''}`, { status: 204 })
  await renderApp('/account/sessions')

  const list = within(await screen.findByRole('list', { name: 'Sessions' }))
  expect(list.getByText(/Firefox on Linux/).textContent).toContain('This device')
  await user.click(list.getByRole('button', { name: 'Sign out curl' }))

  await waitFor(() => {
    expect(list.queryByText('curl')).toBeNull()
  })
  expect(ended).toHaveLength(1)
})

it('asks once for a proof and retries every waiting call', async () => {
  asVerifiedAda()
  const enrollment = { secret: 'JBSWY3DPEHPK3PXP', otpauth_uri: 'otpauth://x', qr_svg: 'data:image/svg+xml,x' }
  const enrollments = answer('post', '/api/auth/mfa/enroll', refusal(403, 'REAUTHENTICATION_REQUIRED'), {
    body: { data: enrollment },
  })
  answer('get', '/api/auth/mfa', mfaStatus(), mfaStatus({ passkeys: 1 }), mfaStatus({ totp: true, codes: 10 }))
  const proofs = answer('post', '/api/auth/reauthenticate', refusal(400, 'WRONG_PASSWORD'), { status: 204 })
  const confirmations = answer('post', '/api/auth/mfa/confirm', {
    body: { data: { recovery_codes: ['k7mq', 'n3xy'] } },
  })
  await renderApp('/account/two-factor')

  await user.click(await screen.findByRole('button', { name: 'Set up' }))
  const question = within(await screen.findByRole('dialog', { name: 'Confirm that it’s you' }))
  await question.findByRole('button', { name: 'Use a passkey' })
  await user.type(question.getByLabelText('Your password'), 'guess{Enter}')
  await question.findByText('The API says WRONG_PASSWORD.')
  await user.clear(question.getByLabelText('Your password'))
  await user.type(question.getByLabelText('Your password'), 'right{Enter}')

  await user.type(await screen.findByLabelText('Authenticator code'), '123 456{Enter}')
  await screen.findByText('n3xy')
  expect(proofs).toEqual([{ password: 'guess' }, { password: 'right' }])
  expect(enrollments).toHaveLength(2)
  expect(confirmations).toEqual([{ code: '123 456' }])
})

it('changes nothing when the user cancels the proof', async () => {
  asAda()
  const changes = answer('post', '/api/auth/change-email', refusal(403, 'REAUTHENTICATION_REQUIRED'))
  answer('get', '/api/auth/mfa', mfaStatus())
  await renderApp('/account/email')

  await user.type(await screen.findByLabelText('New email address'), 'new@example.com{Enter}')
  const question = within(await screen.findByRole('dialog', { name: 'Confirm that it’s you' }))
  await user.click(question.getByRole('button', { name: 'Cancel' }))

  await screen.findByText(/We didn’t change anything/)
  expect(changes).toEqual([{ email: 'new@example.com' }])
})

it('creates an API token and shows it once', async () => {
  const token = { name: 'Import', hint: 'prefix_…x7Qf', scopes: ['write'], id: ada.id, created_at: ada.created_at }
  const details = { ...token, expires_at: '2099-05-04T09:30:00Z', last_used_at: null }
  asVerifiedAda()
  answer('get', '/api/auth/tokens', { body: { data: [] } }, { body: { data: [details] } })
  const requests = answer('post', '/api/auth/tokens', {
    status: 201,
    body: { data: { token: 'prefix_secret', details } },
  })
  await renderApp('/account/tokens')

  await user.click(await screen.findByRole('button', { name: 'New token' }))
  await user.type(await screen.findByLabelText('What is it for?'), 'Import')
  await user.click(screen.getByRole('radio', { name: 'Read and write' }))
  await user.click(screen.getByRole('button', { name: 'Create token' }))

  await screen.findByText('prefix_secret')
  expect(requests).toEqual([{ name: 'Import', scopes: ['write'], expires_in_days: 30 }])
  await user.click(screen.getByRole('button', { name: 'Done' }))
  await screen.findByText('prefix_…x7Qf')
})

it('says why linking failed', async () => {
  asAda()
  withoutProviders()
  answer('get', '/api/auth/identities', { body: { data: [] } })
  await renderApp('/account/linked?error=IDENTITY_TAKEN')

  await screen.findByText('That account is already linked to another user.')
})

it('deletes the account only once its address is typed, and its drafts with it', async () => {
  asAda()
  withoutProviders()
  writeDraft({ key: newDraftKey(ada.id, 'post'), state: 'left', at: Date.now(), values: { title: 'On engines' } })
  const requests = answer('delete', '/api/users/me', { status: 204 })
  const router = await renderApp('/account/delete')

  const field = await screen.findByLabelText('Your email address')
  await user.type(field, 'bob@example.com{Enter}')
  await screen.findByText('This doesn’t match your email address.')
  expect(requests).toEqual([])
  await user.clear(field)
  expect(countDrafts(ada.id)).toBe(1)
  await user.type(field, 'ADA@example.com{Enter}')

  await screen.findByText('Your account was deleted.')
  expect(router.currentRoute.value.name).toBe('sign-in')
  expect(requests).toHaveLength(1)
  expect(countDrafts(ada.id)).toBe(0)
  // Other tabs end without asking to sign in again.
  expect(localStorage.getItem(SIGNED_IN_KEY)).toBe(SIGNED_OUT)
})
