import userEvent from '@testing-library/user-event'
import { screen, within } from '@testing-library/vue'
import { expect, it, vi } from 'vitest'

import { SLUG } from '@/product'
import { ada, answer, asAda, refusal } from '@/test/api'
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

it('switches tabs and changes the colour scheme', async () => {
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

it('leads from the address of a section to its place on a tab', async () => {
  asAda()
  const router = await renderApp('/account/linked?error=IDENTITY_TAKEN')

  await screen.findByText('That account is already linked to another user.')
  expect(router.currentRoute.value.fullPath).toBe('/account/security?error=IDENTITY_TAKEN#linked')
  expect(document.querySelector('#linked')).toBe(
    screen.getByRole('heading', { name: 'Linked accounts' }).closest('section'),
  )
})

it('keeps a choice of language in the account, and can leave it to the browser', async () => {
  answer('get', '/api/users/me', { body: { data: { ...ada, language: 'en' } } })
  const saved = answer('patch', '/api/users/me', { body: { data: { ...ada, language: null } } })
  await renderApp('/account/appearance')

  await user.click(await screen.findByRole('radio', { name: 'Same as the browser' }))

  await vi.waitFor(() => {
    expect(saved).toEqual([{ language: null }])
  })
})
