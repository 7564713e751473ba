import userEvent from '@testing-library/user-event'
import { screen, waitFor } from '@testing-library/vue'
import { expect, it, vi } from 'vitest'

import type { ReportResponse } from '@/api/generated/client'
import { ada, answer, asAda, observe, pageOf, refusal } from '@/test/api'
import { sendEvent } from '@/test/live'
import { renderApp } from '@/test/renderApp'
import * as files from '@/utils/files'

const user = userEvent.setup()

const waiting: ReportResponse = {
  id: '01980000-0000-7000-8000-0000000000f1',
  kind: 'activity',
  state: 'pending',
  progress: 0,
  step: null,
  size_bytes: null,
  created_at: '2026-05-04T09:30:00Z',
  finished_at: null,
  download_url: null,
}
const done: ReportResponse = {
  ...waiting,
  state: 'done',
  progress: 100,
  size_bytes: 48_200,
  finished_at: '2026-05-04T09:31:00Z',
  download_url: `/api/reports/${waiting.id}/download`,
}

it('requests a report, shows its progress and offers the download', async () => {
  asAda()
  answer('get', '/api/reports', pageOf([]), pageOf([waiting]), pageOf([done]))
  const orders = answer('post', '/api/reports', { status: 202, body: { data: waiting } })
  await renderApp('/reports')

  await screen.findByText('No reports yet')
  await user.click(screen.getByRole('button', { name: 'New report' }))
  await screen.findByText(/^Waiting to start/)
  expect(orders).toEqual([{ kind: 'activity' }])

  sendEvent('report', { id: waiting.id, state: 'running', progress: 40, step: 'Laying out pages' })
  await screen.findByText('Laying out pages… 40%')
  expect(screen.getByRole('progressbar', { name: 'Progress: Laying out pages' }).getAttribute('aria-valuenow')).toBe(
    '40',
  )
  sendEvent('report', { id: waiting.id, state: 'running', progress: 20, step: 'Counting week by week' })
  sendEvent('report', { id: waiting.id, state: 'done', progress: 100, step: null })

  const link = await screen.findByRole('link', { name: /^Download/ })
  expect(link.getAttribute('href')).toBe(done.download_url)
  expect(link.textContent).toContain('48 kB')
})

it('shows a requested report at once, and only until the list is loaded without it', async () => {
  asAda()
  answer('get', '/api/reports', pageOf([]), refusal(503, 'TOO_BUSY'), pageOf([]))
  answer('post', '/api/reports', { status: 202, body: { data: waiting } })
  await renderApp('/reports')

  await screen.findByText('No reports yet')
  await user.click(screen.getByRole('button', { name: 'New report' }))
  await screen.findByText(/^Waiting to start/)
  sendEvent('report', { id: waiting.id, state: 'failed', progress: 0, step: null })

  await screen.findByText('No reports yet')
})

it('polls while no stream is connected', async () => {
  asAda()
  vi.useFakeTimers({ shouldAdvanceTime: true })
  try {
    const requests = observe('get', '/api/reports', pageOf([waiting]), refusal(503, 'TOO_BUSY'), pageOf([done]))
    await renderApp('/reports')
    await screen.findByText(/^Waiting to start/)
    await vi.advanceTimersByTimeAsync(3000)
    await vi.advanceTimersByTimeAsync(3000)
    await screen.findByRole('link', { name: /^Download/ })
    await vi.advanceTimersByTimeAsync(6000)
    expect(requests).toHaveLength(3)
  } finally {
    vi.useRealTimers()
  }
})

it('does not poll while a stream is connected', async () => {
  asAda()
  answer('get', '/api/notifications', pageOf([]))
  vi.useFakeTimers({ shouldAdvanceTime: true })
  try {
    const requests = observe('get', '/api/reports', pageOf([waiting]))
    await renderApp('/reports')
    await screen.findByText(/^Waiting to start/)
    sendEvent('ready', { user_id: ada.id })
    await waitFor(() => {
      expect(requests).toHaveLength(2)
    })
    await vi.advanceTimersByTimeAsync(9000)
    expect(requests).toHaveLength(2)
  } finally {
    vi.useRealTimers()
  }
})

it('says why a report failed', async () => {
  asAda()
  const step = 'We couldn’t create this report. Please request a new one.'
  answer('get', `/api/reports/${waiting.id}`, { body: { data: { ...waiting, state: 'failed', step } } })
  await renderApp(`/reports/${waiting.id}`)
  await screen.findByText(step)
  expect(screen.queryByRole('link', { name: /^Download/ })).toBeNull()
})

it('renews the session before a download, and shows why the API refuses one', async () => {
  const startDownload = vi.spyOn(files, 'startDownload').mockReturnValue()
  asAda()
  answer('get', '/api/reports', pageOf([done]))
  const path = `/api/reports/${done.id}`
  answer('get', path, refusal(401, 'NOT_AUTHENTICATED'), { body: { data: done } }, refusal(404, 'REPORT_NOT_FOUND'))
  const renewals = answer('post', '/api/auth/refresh', { status: 204 })
  await renderApp('/reports')
  const link = await screen.findByRole('link', { name: /^Download/ })

  await user.click(link)
  await waitFor(() => {
    expect(startDownload).toHaveBeenCalledWith(done.download_url)
  })
  expect(renewals).toHaveLength(1)

  await user.click(link)
  await screen.findByText('The API says REPORT_NOT_FOUND.')
  expect(startDownload).toHaveBeenCalledTimes(1)
})
