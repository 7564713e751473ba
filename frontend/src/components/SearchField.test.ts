import userEvent from '@testing-library/user-event'
import { render, screen, waitFor } from '@testing-library/vue'
import { expect, it, vi } from 'vitest'

import { vuetify } from '@/vuetify'

import SearchField from './SearchField.vue'

const user = userEvent.setup()

function renderField() {
  const search = vi.fn()
  const props = { modelValue: '', 'onUpdate:modelValue': search }
  const rendered = render(SearchField, { props, global: { plugins: [vuetify] } })
  const field = screen.getByRole<HTMLInputElement>('searchbox')
  return { field, search, show: (modelValue: string) => rendered.rerender({ modelValue }) }
}

it('keeps what is typed while a search is answered', async () => {
  const { field, search, show } = renderField()
  await user.type(field, 'gra{Enter}ce')
  await show('gra')
  expect(field.value).toBe('grace')
  await waitFor(() => {
    expect(search.mock.calls).toEqual([['gra'], ['grace']])
  })
})

it('shows the search of the page that the user returns to', async () => {
  const { field, show } = renderField()
  await user.type(field, 'gra{Enter}')
  await show('gra')
  await show('')
  expect(field.value).toBe('')
  await show('gra')
  expect(field.value).toBe('gra')
})
