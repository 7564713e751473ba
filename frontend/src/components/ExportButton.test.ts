import userEvent from '@testing-library/user-event'
import { render, screen } from '@testing-library/vue'
import { http, HttpResponse } from 'msw'
import { createPinia, setActivePinia } from 'pinia'
import { expect, it, vi } from 'vitest'

import { exportAccounts } from '@/api/generated/client'
import { useSnackbarStore } from '@/store/snackbar'
import { answer, api, refusal } from '@/test/api'
import * as files from '@/utils/files'
import { vuetify } from '@/vuetify'

import ExportButton from './ExportButton.vue'

const user = userEvent.setup()

function renderButton(params: object): void {
  const pinia = createPinia()
  setActivePinia(pinia)
  const props = { name: 'users', read: exportAccounts, params, count: 42 }
  render(ExportButton, { props, global: { plugins: [pinia, vuetify] } })
}

it('saves the list with its filters, whatever page is shown, and says how many rows', async () => {
  const saveText = vi.spyOn(files, 'saveText').mockReturnValue()
  const queries: string[] = []
  api.use(
    http.get('/api/users.csv', ({ request }) => {
      queries.push(new URL(request.url).search)
      return new HttpResponse('\uFEFFid,name\r\n1,Zoë\r\n', { headers: { 'Content-Type': 'text/csv' } })
    }),
  )
  renderButton({ q: 'Ada & co', is_active: true, role: undefined, page: 3, limit: 25 })

  const button = screen.getByRole('button', { name: 'Export' })
  expect(button.getAttribute('title')).toBe('Download 42 rows as CSV')
  await user.click(button)

  await vi.waitFor(() => {
    expect(saveText).toHaveBeenCalledWith('\uFEFFid,name\r\n1,Zoë\r\n', { name: 'users.csv', type: 'text/csv' })
  })
  expect(queries).toEqual(['?q=Ada+%26+co&is_active=true'])
})

it('says why the API refuses', async () => {
  const saveText = vi.spyOn(files, 'saveText')
  answer('get', '/api/users.csv', refusal(422, 'LIST_TOO_LONG'))
  renderButton({})

  await user.click(screen.getByRole('button', { name: 'Export' }))

  await vi.waitFor(() => {
    expect(useSnackbarStore().queue).toMatchObject([{ kind: 'error', text: 'The API says LIST_TOO_LONG.' }])
  })
  expect(saveText).not.toHaveBeenCalled()
})
