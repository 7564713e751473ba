import userEvent from '@testing-library/user-event'
import { screen, waitFor } from '@testing-library/vue'
import { expect, it } from 'vitest'

import { answer, observe, pageOf } from '@/test/api'
import { renderApp } from '@/test/renderApp'
import { asAdministrator, grace } from '@/test/users'

const user = userEvent.setup()
const address = `/api/users/${grace.id}`

it('leads from a page beyond the end to the last one', async () => {
  asAdministrator()
  const requests = observe(
    'get',
    '/api/users',
    pageOf([], { total: 26, limit: 25, page: 400 }),
    pageOf([grace], { total: 26, limit: 25, page: 2 }),
  )
  const router = await renderApp('/admin/users?role=member&page=400')

  await screen.findByRole('link', { name: 'Grace' })
  expect(router.currentRoute.value.query).toEqual({ role: 'member', page: '2' })
  expect(requests).toHaveLength(2)
})

it('finds users by the name, role and state in the URL', async () => {
  asAdministrator()
  const requests = observe('get', '/api/users', pageOf([grace], { total: 1 }))
  answer('get', address, { body: { data: grace } })
  answer('get', `${address}/sessions`, { body: { data: [] } })
  const router = await renderApp('/admin/users?role=member')

  await screen.findByText('1 user')
  await user.click(screen.getByRole('link', { name: 'Deactivated' }))
  await user.type(screen.getByRole('searchbox'), 'gra{Enter}')

  await waitFor(() => {
    expect(requests.at(-1)?.query).toEqual({ limit: '25', page: '1', role: 'member', is_active: 'false', q: 'gra' })
  })
  expect(router.currentRoute.value.query).toEqual({ role: 'member', active: 'no', q: 'gra' })
  await user.click(await screen.findByRole('link', { name: 'Grace' }))
  await waitFor(() => {
    expect(router.currentRoute.value.params.id).toBe(grace.id)
  })
})

it('keeps the page number in the URL and resets it with a new filter', async () => {
  asAdministrator()
  const requests = observe('get', '/api/users', pageOf([grace], { total: 60, page: 2, limit: 25 }))
  const router = await renderApp('/admin/users?page=2')

  await user.click(await screen.findByRole('button', { name: 'Go to page 3' }))
  await waitFor(() => {
    expect(router.currentRoute.value.query).toEqual({ page: '3' })
  })
  await user.click(screen.getByRole('link', { name: 'Deactivated' }))
  await waitFor(() => {
    expect(requests.map(({ query }) => query)).toEqual([
      { limit: '25', page: '2' },
      { limit: '25', page: '3' },
      { limit: '25', page: '1', is_active: 'false' },
    ])
  })
})

it('sorts by the head of a column, in the URL', async () => {
  asAdministrator()
  const requests = observe('get', '/api/users', pageOf([grace], { total: 1 }))
  const router = await renderApp('/admin/users?role=member')

  await screen.findByText('Grace')
  expect(screen.getByRole('columnheader', { name: 'Joined' }).ariaSort).toBe('descending')
  await user.click(screen.getByRole('link', { name: 'User' }))
  await waitFor(() => {
    expect(screen.getByRole('columnheader', { name: 'User' }).ariaSort).toBe('ascending')
  })
  await user.click(screen.getByRole('link', { name: 'User' }))
  await waitFor(() => {
    expect(requests.map(({ query }) => query.sort)).toEqual([undefined, 'email', '-email'])
  })
  expect(router.currentRoute.value.query).toEqual({ role: 'member', sort: '-email' })
})
