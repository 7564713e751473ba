import { screen, waitFor, within } from '@testing-library/vue'
import { expect, it } from 'vitest'

import { answer, asAda } from '@/test/api'
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
  expect(card.getByRole('link', { name: '2 unfinished, 1 dead' }).getAttribute('href')).toBe('/admin/jobs')
  expect(card.getAllByRole('term').map((term) => term.textContent)).toEqual([
    'Members',
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
