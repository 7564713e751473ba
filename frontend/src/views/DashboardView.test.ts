import { screen, waitFor, within } from '@testing-library/vue'
import { expect, it } from 'vitest'

import { ada, answer, asAda } from '@/test/api'
import { dashboard } from '@/test/dashboard'
import { sendEvent } from '@/test/live'
import { renderApp } from '@/test/renderApp'

function total(name: string): string | undefined {
  return screen.getByText(name).closest('li')?.textContent
}

it('shows the user’s totals and a chart of the last days', async () => {
  asAda()
  answer('get', '/api/dashboard', { body: { data: dashboard } })
  await renderApp('/dashboard')

  await screen.findByText('You added 3 paid invoices.')
  expect(total('Paid invoices')).toContain('1,200')
  expect(total('Refunds')).toContain('8')
  expect(screen.getByRole('slider', { name: 'You added 3 paid invoices.' }).ariaValueText).toBe(
    'May 4: Paid invoices 2',
  )
  expect(screen.queryByText('Product totals')).toBeNull()
})

it('shows product totals to operators', async () => {
  asAda()
  const totals = [
    { name: 'paid_invoices', total: 7 },
    { name: 'users', total: 4 },
  ]
  const product = { totals, jobs: { pending: 2, dead: 1 }, counted_at: '2026-05-04T09:30:00Z' }
  answer('get', '/api/dashboard', { body: { data: { ...dashboard, product } } })
  await renderApp('/dashboard')

  const card = within((await screen.findByText('Product totals')).closest('section') ?? document.body)
  expect(card.getByRole('link', { name: '2 unfinished, 1 failed' }).getAttribute('href')).toBe('/admin/jobs')
  expect(card.getAllByRole('term').map((term) => term.textContent)).toEqual([
    'Users',
    'Paid invoices',
    'Background jobs',
  ])
})

it('updates when a notification arrives', async () => {
  asAda()
  const { activity } = dashboard
  const counts = [{ name: 'refunds', total: 77, per_day: [0, 75] }]
  const later = { ...dashboard, activity: { ...activity, counts } }
  answer('get', '/api/dashboard', { body: { data: dashboard } }, { body: { data: later } })
  await renderApp('/dashboard')
  await screen.findByText('You’re all caught up.')

  sendEvent('notification', {
    id: '01980000-0000-7000-8000-0000000000e1',
    kind: 'refund',
    message: 'Grace asked for a refund.',
    link: '/notifications',
    read_at: null,
    created_at: '2026-05-06T09:30:00Z',
  })

  await screen.findByRole('list', { name: 'Unread notifications' })
  await waitFor(() => {
    expect(total('Refunds')).toContain('77')
  })
})

it('compares this week with the last one', async () => {
  asAda()
  const days = Array.from({ length: 14 }, (_, day) => `2026-05-${String(day + 1).padStart(2, '0')}`)
  const perDay = [0, 0, 0, 0, 0, 1, 0, 2, 0, 0, 0, 0, 0, 3]
  const counts = [{ name: 'refunds', total: 6, per_day: perDay }]
  answer('get', '/api/dashboard', { body: { data: { ...dashboard, activity: { days, counts } } } })
  await renderApp('/dashboard')
  await screen.findByText('5 this week, 1 last week')
})

it('says what will be here, and leads to what can be done, while there is nothing', async () => {
  asAda()
  const counts = [{ name: 'refunds', total: 0, per_day: [0, 0] }]
  answer('get', '/api/dashboard', { body: { data: { ...dashboard, activity: { ...dashboard.activity, counts } } } })
  await renderApp('/dashboard')
  await screen.findByRole('heading', { name: 'Your week starts here' })
  expect(screen.queryByText(/^Last/)).toBeNull()
})

it('promises no activity where no feature counts any', async () => {
  asAda()
  answer('get', '/api/dashboard', { body: { data: { ...dashboard, activity: { ...dashboard.activity, counts: [] } } } })
  await renderApp('/dashboard')
  await screen.findByRole('heading', { name: 'Your account' })
  expect(screen.queryByRole('heading', { name: 'Your week starts here' })).toBeNull()
})

it('shows a new user the first steps until they hide them', async () => {
  const newcomer = { ...ada, created_at: new Date().toISOString() }
  answer('get', '/api/users/me', { body: { data: newcomer } })
  answer('get', '/api/dashboard', { body: { data: { ...dashboard, user: newcomer } } })
  await renderApp('/dashboard')
  const card = within((await screen.findByRole('heading', { name: 'First steps' })).closest('section') ?? document.body)
  expect(card.getByRole('link', { name: 'Confirm your email address' }).getAttribute('href')).toBe('/account/email')

  card.getByRole('button', { name: 'Hide first steps' }).click()
  await waitFor(() => {
    expect(screen.queryByRole('heading', { name: 'First steps' })).toBeNull()
  })
})

it('leads developers to the mailbox only where the API has it', async () => {
  asAda()
  answer('get', '/api/dashboard', { body: { data: dashboard } })
  answer('get', '/api/development', { body: { data: { developer_pages: true, demo_account: null } } })
  await renderApp('/dashboard')
  expect((await screen.findByRole('link', { name: /Mailbox/ })).getAttribute('href')).toBe('/dev/mailbox')
})
