import userEvent from '@testing-library/user-event'
import { screen, waitFor, within } from '@testing-library/vue'
import { beforeEach, expect, it, vi } from 'vitest'

import { answer, asAda, observe, pageOf, refusal } from '@/test/api'
import { asOperator, job, overview } from '@/test/jobs'
import { renderApp } from '@/test/renderApp'

const user = userEvent.setup()
const dead = { ...job, id: job.id.replace(/1$/, '2'), state: 'dead' as const, last_error: 'ConnectionRefusedError: no' }

beforeEach(() => {
  answer('get', '/api/jobs/overview', { body: { data: overview } })
})

it('shows each queue’s backlog and the jobs', async () => {
  asOperator()
  const requests = observe('get', '/api/jobs', pageOf([job, dead]))
  await renderApp('/admin/jobs')

  const queues = within(await screen.findByRole('table', { name: 'Queues' }))
  expect(queues.getByRole('row', { name: 'default 5 1 7 2 min' })).toBeTruthy()
  expect(screen.getByText('42 jobs done, 3 dead.')).toBeTruthy()
  const jobs = within(await screen.findByRole('table', { name: 'Jobs' }))
  expect(jobs.getAllByRole('link', { name: 'send_email' })).toHaveLength(2)
  expect(jobs.getByText('ConnectionRefusedError: no')).toBeTruthy()
  expect(requests.map(({ query }) => query)).toEqual([{ limit: '25' }])
})

it('filters by the state, queue and task in the URL', async () => {
  asOperator()
  const requests = observe('get', '/api/jobs', pageOf([]))
  const router = await renderApp('/admin/jobs?queue=mails&task=send_email')

  await user.click(await screen.findByRole('link', { name: 'Dead' }))

  await screen.findByText('No jobs found')
  await waitFor(() => {
    expect(requests.at(-1)?.query).toEqual({ limit: '25', state: 'dead', queue: 'mails', task: 'send_email' })
  })
  expect(router.currentRoute.value.query).toEqual({ state: 'dead', queue: 'mails', task: 'send_email' })
})

it('offers the known tasks and the one in the URL', async () => {
  asOperator()
  const requests = observe('get', '/api/jobs', pageOf([job]))
  const router = await renderApp('/admin/jobs?task=gone_task')

  await screen.findByRole('table', { name: 'Jobs' })
  await user.click(screen.getByRole('combobox', { name: 'Task' }))
  await user.click(await screen.findByRole('option', { name: 'clean_up' }))

  await waitFor(() => {
    expect(requests.map(({ query }) => query.task)).toEqual(['gone_task', 'clean_up'])
  })
  expect(router.currentRoute.value.query).toEqual({ task: 'clean_up' })
})

it('refreshes while visible, keeps its data on failure, and pauses', async () => {
  asOperator()
  const requests = observe('get', '/api/jobs', pageOf([job]), refusal(503, 'TOO_BUSY'), pageOf([dead]))
  vi.useFakeTimers({ shouldAdvanceTime: true })
  try {
    const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime.bind(vi) })
    await renderApp('/admin/jobs')
    await screen.findByRole('table', { name: 'Jobs' })

    await vi.advanceTimersByTimeAsync(5000)
    await screen.findByText(/^No connection since/)
    expect(screen.getByRole('table', { name: 'Jobs' })).toBeTruthy()

    await vi.advanceTimersByTimeAsync(5000)
    await screen.findByText('ConnectionRefusedError: no')
    await screen.findByText(/^Updated/)

    await user.click(screen.getByRole('button', { name: 'Pause' }))
    await vi.advanceTimersByTimeAsync(20_000)
    expect(requests).toHaveLength(3)

    await user.click(screen.getByRole('button', { name: 'Resume' }))
    await waitFor(() => {
      expect(requests).toHaveLength(4)
    })

    vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
    document.dispatchEvent(new Event('visibilitychange'))
    await vi.advanceTimersByTimeAsync(20_000)
    expect(requests).toHaveLength(4)

    vi.spyOn(document, 'hidden', 'get').mockReturnValue(false)
    document.dispatchEvent(new Event('visibilitychange'))
    await waitFor(() => {
      expect(requests).toHaveLength(5)
    })
  } finally {
    vi.useRealTimers()
  }
})

it('does not exist for users without permission', async () => {
  asAda()
  const router = await renderApp('/admin/jobs')
  expect(router.currentRoute.value.name).toBe('forbidden')
})
