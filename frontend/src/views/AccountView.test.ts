import userEvent from '@testing-library/user-event'
import { screen, within } from '@testing-library/vue'
import { expect, it } from 'vitest'

import { SLUG } from '@/product'
import { answer, asAda, refusal } from '@/test/api'
import { renderApp } from '@/test/renderApp'

const user = userEvent.setup()

it('opens from the menu with the profile', async () => {
  asAda()
  answer('get', '/api/dashboard', refusal(503, 'DATABASE_UNAVAILABLE'))
  const router = await renderApp('/dashboard')

  await user.click(await screen.findByRole('button', { name: 'Account menu' }))
  await user.click(await screen.findByRole('menuitem', { name: 'Account' }))

  await screen.findByRole('heading', { name: 'Profile' })
  expect(router.currentRoute.value.path).toBe('/account/profile')
  expect(screen.getByText('May 4, 2026')).toBeTruthy()
})

it('switches sections and changes the colour scheme', async () => {
  asAda()
  await renderApp('/account')

  const sections = within(await screen.findByRole('navigation', { name: 'Account' }))
  await user.click(sections.getByRole('link', { name: 'Appearance' }))
  await user.click(await screen.findByRole('radio', { name: 'Dark' }))

  expect(document.documentElement.dataset.colorScheme).toBe('dark')
  expect(localStorage.getItem(`${SLUG}.color-scheme`)).toBe('dark')
  await user.click(screen.getByRole('radio', { name: 'System' }))
  expect(document.documentElement.dataset.colorScheme).toBe('light')
})
