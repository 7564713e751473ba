import userEvent from '@testing-library/user-event'
import { screen, waitFor } from '@testing-library/vue'
import { expect, it } from 'vitest'

import { answer, asAda, observe, pageOf } from '@/test/api'
import { dashboard } from '@/test/dashboard'
import { summary } from '@/test/posts'
import { renderApp } from '@/test/renderApp'

const user = userEvent.setup()

it('finds posts through the API, and no users for those who may not see them', async () => {
  asAda()
  answer('get', '/api/dashboard', { body: { data: dashboard } })
  const asked = observe('get', '/api/posts', pageOf([summary]))
  const users = observe('get', '/api/users', pageOf([]))
  const router = await renderApp('/dashboard')
  await screen.findByRole('heading', { level: 1 })
  await user.keyboard('{Control>}k{/Control}')
  await user.type(await screen.findByRole('combobox', { name: /^Search/ }), 'engines')
  await user.click(await screen.findByRole('option', { name: /On engines/ }))
  await waitFor(() => {
    expect(router.currentRoute.value.fullPath).toBe(`/posts/${summary.id}`)
  })
  expect(asked.at(-1)?.query).toMatchObject({ q: 'engines' })
  expect(users).toEqual([])
})
