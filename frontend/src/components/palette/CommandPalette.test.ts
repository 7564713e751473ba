import userEvent from '@testing-library/user-event'
import { screen, waitFor } from '@testing-library/vue'
import { expect, it } from 'vitest'

import { ada, answer, asAda, observe, pageOf } from '@/test/api'
import { dashboard } from '@/test/dashboard'
import { renderApp } from '@/test/renderApp'

const user = userEvent.setup()

async function open() {
  answer('get', '/api/dashboard', { body: { data: dashboard } })
  const router = await renderApp('/dashboard')
  await screen.findByRole('heading', { level: 1 })
  await user.keyboard('{Control>}k{/Control}')
  const field = await screen.findByRole('combobox', { name: /^Search/ })
  return { router, field }
}

function active(field: HTMLElement): string | undefined {
  return document.getElementById(field.getAttribute('aria-activedescendant') ?? '')?.textContent.trim()
}

it('opens a page by keyboard and remembers it', async () => {
  answer('get', '/api/users/me', { body: { data: { ...ada, permissions: ['read:users'] } } })
  observe('get', '/api/users', pageOf([]))
  const { router, field } = await open()
  await user.type(field, 'user')
  expect(active(field)).toBe('Users')
  await user.keyboard('{Enter}')
  await waitFor(() => {
    expect(router.currentRoute.value.name).toBe('users')
  })

  await user.keyboard('{Control>}k{/Control}')
  await screen.findByRole('group', { name: 'Recent' })
  expect(active(screen.getByRole('combobox', { name: /^Search/ }))).toBe('Users')
})

it('finds users for admins', async () => {
  answer('get', '/api/users/me', { body: { data: { ...ada, permissions: ['read:users'] } } })
  observe(
    'get',
    '/api/users',
    pageOf([{ ...ada, name: 'Grace', email: 'grace@example.com', is_active: true, version: 1 }]),
  )
  const { field } = await open()
  await user.type(field, 'grac')
  await screen.findByRole('option', { name: /Grace/ })
})

it('moves through the options in a circle and says how many there are', async () => {
  asAda()
  const { field } = await open()
  await user.type(field, 'dash')
  await screen.findByText('1 result')
  await user.keyboard('{ArrowDown}')
  expect(active(field)).toBe('Dashboard')
  await user.clear(field)
  await user.keyboard('{ArrowUp}')
  expect(active(field)).toBe('Sign out')
})
