import { screen } from '@testing-library/vue'
import { expect, it } from 'vitest'

import { asAda, asGuest } from '@/test/api'
import { renderApp } from '@/test/renderApp'

it('says inside the frame which permission a page needs', async () => {
  asAda()
  await renderApp('/admin/users')
  await screen.findByRole('heading', { name: 'You don’t have access to this page' })
  expect(screen.getByText(/read:users/).textContent).toContain('“Users”')
  expect(screen.getByRole('navigation', { name: 'Main' })).toBeTruthy()
})

it('shows an unknown address inside the frame as well', async () => {
  asGuest()
  await renderApp('/no/such/page')
  await screen.findByRole('heading', { name: 'Page not found' })
  expect(screen.getByRole('navigation', { name: 'Main' })).toBeTruthy()
})
