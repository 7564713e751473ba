import userEvent from '@testing-library/user-event'
import { screen, within } from '@testing-library/vue'
import { expect, it } from 'vitest'

import { answer, observe, pageOf, refusal } from '@/test/api'
import { asOperator, job, overview } from '@/test/jobs'
import { renderApp } from '@/test/renderApp'

const user = userEvent.setup()
const PAGE = `/admin/jobs/${job.id}`
const JOB = `/api/jobs/${job.id}`
const dead = { ...job, state: 'dead' as const, last_error: 'ConnectionRefusedError: no' }

async function confirm(action: string): Promise<void> {
  await user.click(await screen.findByRole('button', { name: action }))
  const dialog = within(await screen.findByRole('dialog'))
  await user.click(dialog.getByRole('button', { name: action }))
}

it('shows the error and payload of a dead job and retries it', async () => {
  asOperator()
  answer('get', JOB, { body: { data: dead } }, { body: { data: { ...job, attempt: 0 } } })
  const requests = observe('post', `${JOB}/retry`, { body: { data: job } })
  await renderApp(PAGE)

  expect((await screen.findByRole('region', { name: 'Last error' })).textContent).toBe('ConnectionRefusedError: no')
  expect(screen.getByRole('region', { name: 'Arguments' }).textContent).toContain('"user_id": "ada"')
  expect(screen.queryByRole('button', { name: 'Cancel job' })).toBeNull()
  await confirm('Retry')

  await screen.findByText('Job queued again.')
  await screen.findByText('0 of 10')
  expect(requests).toHaveLength(1)
})

it('cancels an unfinished job and says if it has finished first', async () => {
  asOperator()
  answer('get', JOB, { body: { data: job } })
  const requests = observe('post', `${JOB}/cancel`, refusal(409, 'JOB_NOT_CANCELLABLE'), { body: { data: dead } })
  await renderApp(PAGE)

  await confirm('Cancel job')
  const dialog = within(screen.getByRole('dialog'))
  await dialog.findByText('The API says JOB_NOT_CANCELLABLE.')
  await user.click(dialog.getByRole('button', { name: 'Cancel job' }))

  await screen.findByText('Job cancelled.')
  expect(requests).toHaveLength(2)
})

it('deletes a job and returns to the list', async () => {
  asOperator()
  answer('get', JOB, { body: { data: dead } })
  answer('get', '/api/jobs/overview', { body: { data: overview } })
  observe('get', '/api/jobs', pageOf([]))
  const requests = observe('delete', JOB, { status: 204 })
  const router = await renderApp(PAGE)

  await confirm('Delete')

  await screen.findByText('Job deleted.')
  expect(router.currentRoute.value.name).toBe('jobs')
  expect(requests).toHaveLength(1)
})

it('offers no actions to read-only users', async () => {
  asOperator(['read:jobs'])
  answer('get', JOB, { body: { data: dead } })
  await renderApp(PAGE)

  await screen.findByRole('region', { name: 'Last error' })
  expect(screen.queryByRole('button', { name: 'Retry' })).toBeNull()
  expect(screen.queryByRole('button', { name: 'Delete' })).toBeNull()
})
