import { render, screen } from '@testing-library/vue'
import { expect, it } from 'vitest'

import { vuetify } from '@/vuetify'

import ExportButton from './ExportButton.vue'

it('downloads the list with its filters, whatever page is shown, and says how many rows', () => {
  const params = { q: 'Ada & co', is_active: true, role: undefined, page: 3, limit: 25 }
  render(ExportButton, { props: { path: '/api/users', params, count: 42 }, global: { plugins: [vuetify] } })

  const link = screen.getByRole('link', { name: 'Export' })
  expect(link.getAttribute('href')).toBe('/api/users.csv?q=Ada+%26+co&is_active=true')
  expect(link.getAttribute('title')).toBe('Download 42 rows as CSV')
})
