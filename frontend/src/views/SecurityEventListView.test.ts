import userEvent from '@testing-library/user-event'
import { screen, waitFor, within } from '@testing-library/vue'
import { expect, it } from 'vitest'

import type { Permission, SecurityEventResponse } from '@/api/generated/client'
import { ada, answer, observe, pageOf } from '@/test/api'
import { renderApp } from '@/test/renderApp'

const user = userEvent.setup()
const GRACE = '01980000-0000-7000-8000-000000000002'

const signedIn: SecurityEventResponse = {
  id: '01980000-0000-7000-8000-0000000000a1',
  created_at: '2026-05-04T09:30:00Z',
  kind: 'signed_in',
  user_id: GRACE,
  user_email: 'grace@example.com',
  user_name: 'Grace Hopper',
  actor_id: null,
  actor_email: null,
  actor_name: null,
  session_id: null,
  ip_address: '192.0.2.7',
  user_agent: null,
  request_id: null,
  details: {},
}
const byAda = { actor_id: ada.id, actor_email: ada.email, actor_name: 'Ada Lovelace' }

function asAuditor(permissions: Permission[] = ['read:audit', 'read:users']): void {
  answer('get', '/api/users/me', { body: { data: { ...ada, permissions } } })
}

function event(changes: object): object {
  return { ...signedIn, id: signedIn.id.replace(/a1$/, String(Math.random()).slice(2, 4)), ...changes }
}

async function sentences(...events: object[]): Promise<string[]> {
  asAuditor()
  answer('get', '/api/security-events', pageOf(events))
  await renderApp('/admin/security-events')
  const headers = await screen.findAllByRole('rowheader')
  return headers.map((header) => header.querySelector('.sentence')?.textContent.trim() ?? '')
}

it.each([
  [{}, 'Grace Hopper signed in'],
  [{ user_name: null }, 'grace@example.com signed in'],
  [{ user_name: null, user_email: null }, 'a deleted user signed in'],
  [
    { kind: 'sign_in_failed', user_id: null, user_name: null, user_email: null },
    'Sign-in refused for an unknown account',
  ],
  [
    { kind: 'account_changed', ...byAda, details: { is_active: { from: true, to: false } } },
    'Ada Lovelace deactivated Grace Hopper',
  ],
  [
    { kind: 'account_changed', ...byAda, details: { roles: { from: ['member'], to: ['member', 'admin'] } } },
    'Ada Lovelace changed the role of Grace Hopper from Member to Member, Admin',
  ],
  [
    {
      kind: 'account_changed',
      ...byAda,
      details: { name: { from: 'G', to: 'H' }, is_verified: { from: false, to: true } },
    },
    'Ada Lovelace changed the account of Grace Hopper',
  ],
  [{ kind: 'admin_created' }, 'Grace Hopper became an admin'],
  [{ kind: 'account_deleted', ...byAda }, 'Ada Lovelace deleted the account of Grace Hopper'],
  [{ kind: 'jobs_discarded', user_id: null, ...byAda, details: { jobs: 12 } }, 'Ada Lovelace deleted failed jobs'],
  [{ kind: 'moon_landed' }, 'Moon landed: Grace Hopper'],
])('says what happened in a sentence: %j', async (changes, sentence) => {
  expect(await sentences(event(changes))).toEqual([sentence])
})

it('links to the people whose accounts exist', async () => {
  await sentences(event({ kind: 'account_deleted', user_name: null, user_email: null, ...byAda }))

  const link = screen.getByRole('link', { name: 'Ada Lovelace' })
  expect(link.getAttribute('href')).toBe(`/admin/users/${ada.id}`)
  expect(screen.getByText('a deleted user').tagName).toBe('SPAN')
})

it('shows details on demand, in words', async () => {
  const details = {
    is_verified: { from: false, to: true },
    name: { from: null, to: 'Grace' },
    times: 3,
    unheard_of: 'x',
  }
  await sentences(event({ kind: 'account_changed', ...byAda, details, request_id: 'r-17' }))

  await user.click(screen.getByRole('button', { name: 'Details' }))
  const facts = within(screen.getAllByRole('term').at(0)?.closest('dl') ?? document.body)
  expect(facts.getByText('Email confirmed').nextElementSibling?.textContent).toBe('No → Yes')
  expect(facts.getByText('Name').nextElementSibling?.textContent).toBe('none → Grace')
  expect(facts.getByText('Unheard of').nextElementSibling?.textContent).toBe('x')
  expect(facts.getByText('Request').nextElementSibling?.textContent).toBe('r-17')
})

it('filters by person, kind and address, all in the URL', async () => {
  asAuditor()
  const grace = { ...ada, id: GRACE, name: 'Grace Hopper', email: 'grace@example.com' }
  const requests = observe('get', '/api/security-events', pageOf([event({ kind: 'sign_in_failed' })]))
  const searches = observe('get', '/api/users', pageOf([grace]))
  answer('get', `/api/users/${GRACE}`, { body: { data: grace } })
  const router = await renderApp('/admin/security-events?kind=sign_in_failed')

  await user.click(await screen.findByRole('combobox', { name: 'User' }))
  await user.paste('gra')
  await user.click(await screen.findByRole('option', { name: 'Grace Hopper (grace@example.com)' }))
  await user.click(await screen.findByRole('link', { name: '192.0.2.7' }))

  await waitFor(() => {
    expect(requests.at(-1)?.query).toEqual({
      limit: '50',
      user: GRACE,
      kind: 'sign_in_failed',
      address: '192.0.2.7',
    })
  })
  expect(searches.map(({ query }) => query.q)).toEqual(['gra'])
  expect(router.currentRoute.value.query).toEqual({ user: GRACE, kind: 'sign_in_failed', address: '192.0.2.7' })
})

it('offers the address in place of people to auditors who may not see users', async () => {
  asAuditor(['read:audit'])
  answer('get', '/api/security-events', pageOf([event({})]))
  await renderApp('/admin/security-events')

  await screen.findByRole('searchbox', { name: 'IP address' })
  expect(screen.queryByRole('link', { name: 'Grace Hopper' })).toBeNull()
})
