import userEvent from '@testing-library/user-event'
import { screen } from '@testing-library/vue'
import { beforeEach, expect, it } from 'vitest'

import { ada, answer, refusal } from '@/test/api'
import { mfaStatus, verifiedAda } from '@/test/identity'
import { renderApp } from '@/test/renderApp'

const user = userEvent.setup()
const linked = { id: ada.id, provider: 'example', label: 'Example', email: null, created_at: ada.created_at }

beforeEach(() => {
  answer('get', '/api/users/me', { body: { data: verifiedAda } })
  answer('get', '/api/auth/identities', { body: { data: [linked, { ...linked, provider: null, label: 'Gone' }] } })
  answer('post', '/api/auth/change-email', refusal(403, 'REAUTHENTICATION_REQUIRED'))
})

async function ask(): Promise<void> {
  await renderApp('/account/email')
  await user.type(await screen.findByLabelText('New email address'), 'new@example.com{Enter}')
  await screen.findByRole('dialog', { name: 'Confirm that it’s you' })
}

it('offers a linked provider that asks for a new sign-in and returns', async () => {
  answer('get', '/api/auth/mfa', mfaStatus())
  await ask()
  const link = await screen.findByRole('link', { name: 'Sign in with Example again' })
  expect(link.getAttribute('href')).toBe(
    '/api/auth/oidc/example/start?redirect=%2Faccount%2Fprofile%23email&again=true',
  )
  expect(screen.queryByRole('link', { name: /Gone/ })).toBeNull()
})

it('offers no provider to users with a second factor', async () => {
  answer('get', '/api/auth/mfa', mfaStatus({ passkeys: 1 }))
  await ask()
  await screen.findByRole('button', { name: 'Use a passkey' })
  expect(screen.queryByRole('link', { name: /Example/ })).toBeNull()
})
