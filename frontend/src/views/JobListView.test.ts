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
  expect(screen.getByText('42 done, 3 failed.')).toBeTruthy()
  // The table of the skeleton has the same name.
  expect(await screen.findAllByRole('link', { name: 'send_email' })).toHaveLength(2)
  const jobs = within(screen.getByRole('table', { name: 'Jobs' }))
  expect(jobs.getByText('ConnectionRefusedError: no')).toBeTruthy()
  expect(requests.map(({ query }) => query)).toEqual([{ limit: '25' }])
})

it('filters by the state, queue and task in the URL', async () => {
  asOperator()
  const requests = observe('get', '/api/jobs', pageOf([]))
  const router = await renderApp('/admin/jobs?queue=mails&task=send_email')

  await user.click(await screen.findByRole('link', { name: 'Failed' }))

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

    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden')
    document.dispatchEvent(new Event('visibilitychange'))
    await vi.advanceTimersByTimeAsync(20_000)
    expect(requests).toHaveLength(4)

    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('visible')
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

it('retries the selected failed jobs after asking, and says how many stay', async () => {
  asOperator()
  const other = { ...dead, id: dead.id.replace(/2$/, '3'), task: 'clean_up' }
  answer('get', '/api/jobs', pageOf([dead, other]), pageOf([]))
  const retries = answer('post', '/api/jobs/retry', { body: { data: { changed: 1, left: 1 } } })
  await renderApp('/admin/jobs?state=dead')

  await user.click(await screen.findByRole('checkbox', { name: 'Select clean_up' }))
  screen.getByText('1 selected')
  await user.click(screen.getByRole('checkbox', { name: 'Select all' }))
  await confirm('2 selected', 'Retry')

  await screen.findByText('1 job will run again. 1 stays as it is.')
  expect(retries).toEqual([{ ids: [other.id, dead.id].sort() }])
  await screen.findByText('No jobs found')
})

it('deletes all failed jobs that match the filters', async () => {
  asOperator()
  answer('get', '/api/jobs', pageOf([dead]))
  const discards = answer('post', '/api/jobs/discard', { body: { data: { changed: 40, left: 0 } } })
  await renderApp('/admin/jobs?state=dead&task=send_email')

  await user.click(await screen.findByRole('checkbox', { name: 'Select send_email' }))
  await user.click(screen.getByRole('button', { name: 'Select all that match' }))
  await confirm('All failed jobs that match', 'Delete')

  await screen.findByText('40 jobs deleted.')
  expect(discards).toEqual([{ matching: { task: 'send_email' } }])
})

it('offers to select jobs only where they can be retried', async () => {
  asOperator(['read:jobs'])
  answer('get', '/api/jobs', pageOf([dead]))
  await renderApp('/admin/jobs?state=dead')

  await screen.findByRole('link', { name: 'send_email' })
  expect(screen.queryByRole('checkbox')).toBeNull()
})

async function confirm(selection: string, action: string): Promise<void> {
  const bar = within(screen.getByRole('group', { name: selection }))
  await user.click(bar.getByRole('button', { name: action }))
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: action }))
}
