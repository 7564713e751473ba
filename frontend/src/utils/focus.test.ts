import userEvent from '@testing-library/user-event'
import { screen, waitFor } from '@testing-library/vue'
import { expect, it } from 'vitest'

import { answer, asAda, refusal } from '@/test/api'
import { expectFocus } from '@/test/focus'
import { SESSIONS } from '@/test/identity'
import { asOperator, job } from '@/test/jobs'
import { renderApp } from '@/test/renderApp'

const user = userEvent.setup()

const [here, curl] = SESSIONS
const wget = { ...curl, id: '01980000-0000-7000-8000-0000000000d3', user_agent: 'Wget/1.25' }

it('moves to the next row when a row is removed, and from the last one to the one before', async () => {
  asAda()
  answer(
    'get',
    '/api/auth/sessions',
    { body: { data: [here, curl, wget] } },
    { body: { data: [here, wget] } },
    { body: { data: [here] } },
  )
  for (const { id } of [curl, wget]) answer('delete', `/api/auth/sessions/${id}`, { status: 204 })
  await renderApp('/account/sessions')

  await user.click(await screen.findByRole('button', { name: 'Sign out curl' }))
  await expectFocus('LI', 'Wget')
  await user.tab()
  await user.keyboard('{Enter}')
  await expectFocus('LI', 'Firefox')
})

it('moves to the heading when what failed is tried again', async () => {
  asOperator()
  answer('get', `/api/jobs/${job.id}`, refusal(503, 'TOO_BUSY'), { body: { data: job } })
  await renderApp(`/admin/jobs/${job.id}`)

  await user.click(await screen.findByRole('button', { name: 'Try again' }))
  await expectFocus('H1', job.task)
})

it('leaves the focus alone when the user has clicked beside everything', async () => {
  asAda()
  answer('get', '/api/auth/sessions', { body: { data: [here, curl] } })
  await renderApp('/account/sessions')

  const button = await screen.findByRole('button', { name: 'Sign out curl' })
  button.focus()
  await user.click(document.body)
  await new Promise((resolve) => setTimeout(resolve))
  button.closest('li')?.remove()
  await waitFor(() => {
    expect(document.activeElement).toBe(document.body)
  })
})
