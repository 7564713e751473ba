import userEvent from '@testing-library/user-event'
import { screen, waitFor, within } from '@testing-library/vue'
import { beforeEach, expect, it } from 'vitest'

import { useQueriesStore } from '@/store/queries'
import { ada, answer, asAda, observe, pageOf, refusal } from '@/test/api'
import { expectFocus } from '@/test/focus'
import { mfaStatus } from '@/test/identity'
import { renderApp } from '@/test/renderApp'
import { asAdministrator, grace } from '@/test/users'

const user = userEvent.setup()

const address = `/api/users/${grace.id}`
const session = {
  id: '01980000-0000-7000-8000-0000000000d1',
  created_at: '2026-05-04T09:30:00Z',
  expires_at: '2026-06-04T09:30:00Z',
  last_seen_at: '2026-05-04T09:30:00Z',
  ip_address: '192.0.2.7',
  user_agent: 'Firefox',
  is_current: false,
}

beforeEach(() => {
  answer('get', `${address}/second-factors`, secondFactors())
})

function secondFactors({ hasApp = false, codes = 0, passkeys = 0 } = {}) {
  return { body: { data: { totp_enabled: hasApp, recovery_codes_left: codes, passkeys } } }
}

const theirs = { ...grace, name: 'Grace Hopper', version: 4 }

async function meetConflict(...answers: Parameters<typeof observe>[2][]) {
  asAdministrator()
  answer('get', address, { body: { data: grace } }, { body: { data: theirs } })
  answer('get', `${address}/sessions`, { body: { data: [session] } }, { body: { data: [] } })
  const changes = observe('put', address, refusal(412, 'VERSION_CHANGED'), ...answers)
  await renderApp(`/admin/users/${grace.id}`)

  await user.click(await screen.findByLabelText('Active'))
  await user.click(screen.getByRole('button', { name: 'Save' }))
  const dialog = within(await screen.findByRole('dialog', { name: 'Another version was saved' }))
  return { changes, dialog, versions: () => changes.map(({ headers }) => headers.get('if-match')) }
}

it('shows what another admin has changed and saves both changes together', async () => {
  const { dialog, changes, versions } = await meetConflict({
    body: { data: { ...grace, is_active: false, version: 5 } },
  })
  expect(within(dialog.getByRole('region', { name: 'Name' })).getByText('Hopper', { exact: false })).toBeTruthy()
  expect(dialog.getByRole('region', { name: 'Active' })).toBeTruthy()
  expect(dialog.queryByRole('region', { name: 'Roles' })).toBeNull()

  await user.click(dialog.getByRole('button', { name: 'Save this choice' }))

  await screen.findByText('Deactivated')
  await screen.findByText('Account saved.')
  expect(screen.queryByRole('dialog')).toBeNull()
  expect(versions()).toEqual(['"3"', '"4"'])
  expect(changes[1]?.body).toEqual({ name: 'Grace Hopper', roles: ['member'], is_active: false, is_verified: true })
})

it('asks again when the account changes once more before the answer', async () => {
  const { dialog, versions } = await meetConflict(refusal(412, 'VERSION_CHANGED'), {
    body: { data: { ...grace, is_active: false, version: 6 } },
  })
  const newest = { ...theirs, name: 'Amazing Grace', version: 5 }
  answer('get', address, { body: { data: newest } })

  await user.click(dialog.getByRole('button', { name: 'Save this choice' }))
  await dialog.findByText('The API says VERSION_CHANGED.')
  await dialog.findByText(/Amazing/)
  await user.click(dialog.getByRole('button', { name: 'Save this choice' }))

  await screen.findByText('Account saved.')
  expect(versions()).toEqual(['"3"', '"4"', '"5"'])
})

it('keeps the question and both versions while the page shows the other version', async () => {
  const { dialog, versions } = await meetConflict({ body: { data: { ...grace, is_active: false, version: 5 } } })

  await user.click(dialog.getByRole('button', { name: 'Use my version' }))
  await useQueriesStore().client.refetchQueries()
  await screen.findByRole('heading', { name: 'Grace Hopper', level: 1 })
  await user.click(dialog.getByRole('button', { name: 'Save this choice' }))

  await screen.findByText('Account saved.')
  expect(versions()).toEqual(['"3"', '"4"'])
  expect(screen.queryByRole('dialog')).toBeNull()
  await user.click(await screen.findByRole('button', { name: 'Restore' }))
  await screen.findByDisplayValue('Grace Hopper')
})

it('continues from another admin’s version and restores the user’s own one', async () => {
  const { dialog, changes, versions } = await meetConflict({
    body: { data: { ...grace, is_active: false, version: 5 } },
  })

  await user.click(dialog.getByRole('button', { name: 'Use the saved version' }))
  await user.click(dialog.getByRole('button', { name: 'Edit this choice' }))
  await screen.findByDisplayValue('Grace Hopper')
  expect(screen.getByLabelText<HTMLInputElement>('Active').checked).toBe(true)
  await user.click(await screen.findByRole('button', { name: 'Restore' }))
  expect(screen.getByLabelText<HTMLInputElement>('Active').checked).toBe(false)
  await user.click(screen.getByRole('button', { name: 'Save' }))

  await screen.findByText('Account saved.')
  expect(versions()).toEqual(['"3"', '"4"'])
  expect(changes[1]?.body).toEqual({ name: 'Grace', roles: ['member'], is_active: false, is_verified: true })
})

it('saves an account twice, each time with the version that is shown', async () => {
  asAdministrator()
  answer('get', address, { body: { data: grace } })
  answer('get', `${address}/sessions`, { body: { data: [] } })
  const once = { ...grace, name: 'Grace Hopper', is_active: false, version: 4 }
  const changes = observe('put', address, { body: { data: once } }, { body: { data: { ...once, version: 5 } } })
  await renderApp(`/admin/users/${grace.id}`)

  await user.type(await screen.findByLabelText('Name (optional)'), ' Hopper ')
  await user.click(screen.getByLabelText('Active'))
  await user.click(screen.getByRole('button', { name: 'Save' }))
  await screen.findByText('Deactivated')
  expect(screen.queryByText(/We restored your draft/)).toBeNull()
  await user.click(screen.getByLabelText('Active'))
  await user.click(screen.getByRole('button', { name: 'Save' }))
  await waitFor(() => {
    expect(changes.map(({ headers }) => headers.get('if-match'))).toEqual(['"3"', '"4"'])
  })
})

it('shows each user’s own values after going back to the one before', async () => {
  asAdministrator()
  const alan = { ...grace, id: '01980000-0000-7000-8000-000000000003', name: 'Alan', email: 'alan@example.com' }
  for (const each of [grace, alan]) {
    answer('get', `/api/users/${each.id}`, { body: { data: each } })
    answer('get', `/api/users/${each.id}/sessions`, { body: { data: [] } })
    answer('get', `/api/users/${each.id}/second-factors`, secondFactors())
  }
  const router = await renderApp(`/admin/users/${grace.id}`)
  await screen.findByDisplayValue('Grace')

  await router.push(`/admin/users/${alan.id}`)
  await screen.findByDisplayValue('Alan')
  await router.push(`/admin/users/${grace.id}`)

  await screen.findByRole('heading', { name: 'Grace', level: 1 })
  expect(screen.getByDisplayValue('Grace')).toBeTruthy()
})

it('shows that a deactivated user has no sessions left', async () => {
  asAdministrator()
  answer('get', address, { body: { data: grace } })
  answer('get', `${address}/sessions`, { body: { data: [session] } }, { body: { data: [] } })
  answer('put', address, { body: { data: { ...grace, is_active: false, version: 4 } } })
  await renderApp(`/admin/users/${grace.id}`)
  await screen.findByText(/last active/)

  await user.click(await screen.findByLabelText('Active'))
  await user.click(screen.getByRole('button', { name: 'Save' }))

  await screen.findByText('Not signed in anywhere.')
})

it('stops admins from locking themselves out', async () => {
  asAdministrator()
  answer('get', address, { body: { data: { ...grace, roles: ['member', 'admin'] } } })
  answer('get', `${address}/sessions`, { body: { data: [] } })
  const changes = answer('put', address, refusal(403, 'OWN_ACCOUNT'))
  await renderApp(`/admin/users/${grace.id}`)

  await user.click(await screen.findByRole('checkbox', { name: /^Admin/ }))
  await user.click(screen.getByRole('button', { name: 'Save' }))

  await screen.findByText('The API says OWN_ACCOUNT.')
  expect(changes).toEqual([{ name: 'Grace', roles: ['member'], is_active: true, is_verified: true }])
})

it('refuses a user without roles before the API has to', async () => {
  asAdministrator()
  answer('get', address, { body: { data: grace } })
  answer('get', `${address}/sessions`, { body: { data: [] } })
  const changes = answer('put', address, { body: { data: grace } })
  await renderApp(`/admin/users/${grace.id}`)

  await user.click(await screen.findByRole('checkbox', { name: /^Member/ }))
  await user.click(screen.getByRole('button', { name: 'Save' }))

  await within(screen.getByRole('group', { name: 'Roles' })).findByText('Fill in this field.')
  expect(document.activeElement).toBe(screen.getByRole('checkbox', { name: /^Member/ }))
  expect(changes).toEqual([])
})

it('leads to the security events of a user', async () => {
  asAdministrator()
  answer('get', address, { body: { data: grace } })
  answer('get', `${address}/sessions`, { body: { data: [] } })
  answer('get', '/api/security-events', pageOf([]))
  const router = await renderApp(`/admin/users/${grace.id}`)

  await user.click(await screen.findByRole('button', { name: 'Actions' }))
  await user.click(await screen.findByRole('menuitem', { name: 'Security events' }))
  await waitFor(() => {
    expect(router.currentRoute.value.fullPath).toBe(`/admin/security-events?user=${grace.id}`)
  })
})

it('ends sessions after asking', async () => {
  asAdministrator()
  answer('get', address, { body: { data: grace } })
  answer('get', `${address}/sessions`, { body: { data: [session] } }, { body: { data: [] } })
  const ends = observe('delete', `${address}/sessions`, { status: 204 })
  await renderApp(`/admin/users/${grace.id}`)

  await user.click(await screen.findByRole('button', { name: 'End all' }))
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'End all' }))
  await screen.findByText('Not signed in anywhere.')
  expect(ends).toHaveLength(1)
})

it('removes a locked-out user’s second factors after asking', async () => {
  asAdministrator()
  answer('get', address, { body: { data: grace } })
  answer('get', `${address}/sessions`, { body: { data: [session] } }, { body: { data: [] } })
  answer('get', `${address}/second-factors`, secondFactors({ hasApp: true, codes: 1, passkeys: 2 }), secondFactors())
  const removals = observe('delete', `${address}/second-factors`, { status: 204 })
  await renderApp(`/admin/users/${grace.id}`)

  await screen.findByText('Authenticator app, 1 recovery code left')
  screen.getByText('2 passkeys')
  await user.click(screen.getByRole('button', { name: 'Remove all' }))
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Remove all' }))

  await screen.findByText('None set up.')
  await screen.findByText('Not signed in anywhere.')
  expect(removals).toHaveLength(1)
})

it('does not offer to remove the admin’s own second factors', async () => {
  answer('get', '/api/users/me', {
    body: { data: { ...ada, id: grace.id, permissions: ['read:users', 'write:users'] } },
  })
  answer('get', address, { body: { data: grace } })
  answer('get', `${address}/sessions`, { body: { data: [session] } })
  answer('get', `${address}/second-factors`, secondFactors({ passkeys: 1 }))
  await renderApp(`/admin/users/${grace.id}`)

  await screen.findByText('1 passkey')
  expect(screen.queryByRole('button', { name: 'Remove all' })).toBeNull()
})

it('deletes the shown version of an account after asking', async () => {
  asAdministrator()
  answer('get', address, { body: { data: grace } })
  answer('get', `${address}/sessions`, { body: { data: [] } })
  answer('get', '/api/users', pageOf([], { total: 0 }))
  const deletions = observe('delete', address, { status: 204 })
  const router = await renderApp(`/admin/users/${grace.id}`)

  await user.click(await screen.findByRole('button', { name: 'Delete' }))
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Delete' }))
  await waitFor(() => {
    expect(router.currentRoute.value.name).toBe('users')
  })
  expect(deletions.map(({ headers }) => headers.get('if-match'))).toEqual(['"3"'])
})

it('asks an admin for a proof and continues', async () => {
  asAdministrator()
  answer('get', '/api/auth/mfa', mfaStatus())
  answer('get', address, { body: { data: grace } })
  answer('get', `${address}/sessions`, { body: { data: [session] } }, { body: { data: [] } })
  answer('get', '/api/users', pageOf([], { total: 0 }))
  const proofs = answer('post', '/api/auth/reauthenticate', { status: 204 })
  const tooOld = refusal(403, 'REAUTHENTICATION_REQUIRED')
  const changes = answer('put', address, tooOld, { body: { data: { ...grace, is_active: false, version: 4 } } })
  const ends = observe('delete', `${address}/sessions`, tooOld, { status: 204 })
  const deletions = observe('delete', address, tooOld, { status: 204 })
  const router = await renderApp(`/admin/users/${grace.id}`)

  await user.click(await screen.findByRole('button', { name: 'End all' }))
  await confirm('End all sessions?', 'End all')
  await prove()
  await screen.findByText('Not signed in anywhere.')
  await user.click(screen.getByLabelText('Active'))
  await user.click(screen.getByRole('button', { name: 'Save' }))
  await prove()
  await screen.findByText('Deactivated')
  await user.click(screen.getByRole('button', { name: 'Delete' }))
  await confirm('Delete this account?', 'Delete')
  await prove()
  await waitFor(() => {
    expect(router.currentRoute.value.name).toBe('users')
  })
  expect([changes, ends, deletions, proofs].map(({ length }) => length)).toEqual([2, 2, 2, 3])
})

it('asks before another user’s page takes the place of unsaved changes, and keeps a draft for each', async () => {
  asAdministrator()
  const other = { ...grace, id: ada.id, name: 'Ada' }
  for (const account of [grace, other]) {
    answer('get', `/api/users/${account.id}`, { body: { data: account } })
    answer('get', `/api/users/${account.id}/second-factors`, secondFactors())
    answer('get', `/api/users/${account.id}/sessions`, { body: { data: [] } })
  }
  const router = await renderApp(`/admin/users/${grace.id}`)
  await user.type(await screen.findByLabelText(/^Name/), ' Hopper')

  await router.push({ query: { from: 'list' } })
  expect(screen.queryByRole('dialog')).toBeNull()
  const leaving = router.push(`/admin/users/${other.id}`)
  const question = within(await screen.findByRole('dialog', { name: 'Leave without saving?' }))
  await user.click(question.getByRole('button', { name: 'Keep draft' }))
  await leaving
  await screen.findByDisplayValue('Ada')

  await router.push(`/admin/users/${grace.id}`)
  await screen.findByDisplayValue('Grace Hopper')
})

it('names the tab after the user, and leaves the focus where it was after saving', async () => {
  asAdministrator()
  answer('get', address, { body: { data: grace } })
  answer('get', `${address}/sessions`, { body: { data: [] } })
  answer('put', address, { body: { data: { ...grace, name: 'Grace Hopper', version: 4 } } })
  await renderApp(`/admin/users/${grace.id}`)
  await user.type(await screen.findByLabelText(/^Name/), ' Hopper')
  expect(document.title).toMatch(/^Grace · /)

  screen.getByRole('button', { name: 'Save' }).focus()
  await user.keyboard('{Enter}')
  await screen.findByText('Account saved.')
  await expectFocus('BUTTON', 'Save')
  expect(document.title).toMatch(/^Grace Hopper · /)
})

it('changes nothing when an admin cancels the proof', async () => {
  asAdministrator()
  answer('get', '/api/auth/mfa', mfaStatus())
  answer('get', address, { body: { data: grace } })
  answer('get', `${address}/sessions`, { body: { data: [] } })
  const deletions = observe('delete', address, refusal(403, 'REAUTHENTICATION_REQUIRED'))
  const router = await renderApp(`/admin/users/${grace.id}`)

  await user.click(await screen.findByRole('button', { name: 'Delete' }))
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Delete' }))
  const question = within(await screen.findByRole('dialog', { name: 'Confirm that it’s you' }))
  await user.click(question.getByRole('button', { name: 'Cancel' }))

  await screen.findByText(/We didn’t change anything/)
  expect(router.currentRoute.value.name).toBe('user')
  expect(deletions).toHaveLength(1)
})

async function confirm(title: string, action: string): Promise<void> {
  const dialog = within(await screen.findByRole('dialog', { name: title }))
  await user.click(dialog.getByRole('button', { name: action }))
}

async function prove(): Promise<void> {
  const question = within(await screen.findByRole('dialog', { name: 'Confirm that it’s you' }))
  await user.type(question.getByLabelText('Your password'), 'right{Enter}')
  await waitFor(() => {
    expect(screen.queryByRole('dialog', { name: 'Confirm that it’s you' })).toBeNull()
  })
}

it('is read-only without write permission and hidden from members', async () => {
  asAdministrator(['read:users'])
  answer('get', address, { body: { data: grace } })
  answer('get', `${address}/sessions`, { body: { data: [session] } })
  await renderApp(`/admin/users/${grace.id}`)
  await screen.findByText('Firefox')
  expect(screen.queryByRole('button', { name: /Save|Delete|End all/ })).toBeNull()

  asAda()
  const router = await renderApp('/admin/users')
  expect(router.currentRoute.value.name).toBe('forbidden')
})
