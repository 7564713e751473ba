import userEvent from '@testing-library/user-event'
import { fireEvent, screen, within } from '@testing-library/vue'
import { http, HttpResponse } from 'msw'
import { expect, it } from 'vitest'

import { ada, answer, api, asAda, observe, refusal } from '@/test/api'
import { renderApp } from '@/test/renderApp'

const user = userEvent.setup()
const url = `/api/users/${ada.id}/avatar?v=1`
const picture = new File(['pixels'], 'me.png', { type: 'image/png' })

it('previews a picture and shows it everywhere once saved', async () => {
  asAda()
  const types: (string | null)[] = []
  api.use(
    http.put('/api/users/me/avatar', ({ request }) => {
      types.push(request.headers.get('content-type'))
      return HttpResponse.json({ data: { ...ada, avatar_url: url } })
    }),
  )
  await renderApp('/account/profile')

  await user.upload(await screen.findByLabelText('Picture'), picture)
  const preview = await screen.findByAltText('Preview of your picture')
  expect(preview.getAttribute('src')).toBe(`data:image/png;base64,${btoa('pixels')}`)
  await user.click(screen.getByRole('button', { name: 'Save picture' }))

  await screen.findByText('Picture saved.')
  expect(types).toEqual([expect.stringMatching(/^multipart\/form-data/)])
  const sources = Array.from(document.querySelectorAll('img.picture'), (image) => image.getAttribute('src'))
  expect(sources.sort()).toEqual([`${url}&size=256`, `${url}&size=64`])
})

it('shows the API’s error for a dropped file and keeps the choice', async () => {
  asAda()
  const { status, body } = refusal(415, 'UNSUPPORTED_PICTURE')
  api.use(http.put('/api/users/me/avatar', () => HttpResponse.json(body, { status })))
  await renderApp('/account/profile')

  const hint = await screen.findByText(/^Drop a picture here/)
  await fireEvent.drop(hint, { dataTransfer: { files: [new File(['?'], 'notes.txt', { type: 'text/plain' })] } })
  await screen.findByText('notes.txt')
  await user.click(screen.getByRole('button', { name: 'Save picture' }))
  await screen.findByText('The API says UNSUPPORTED_PICTURE.')

  await user.click(screen.getByRole('button', { name: 'Cancel' }))
  await screen.findByText(/^Drop a picture here/)
  expect(screen.queryByText('The API says UNSUPPORTED_PICTURE.')).toBeNull()
})

it('removes the picture after asking', async () => {
  answer('get', '/api/users/me', { body: { data: { ...ada, avatar_url: url } } })
  const removals = observe('delete', '/api/users/me/avatar', { status: 204 })
  await renderApp('/account/profile')

  await user.click(await screen.findByRole('button', { name: 'Remove' }))
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Remove' }))

  await screen.findByText('Picture removed.')
  expect(removals).toHaveLength(1)
  expect(document.querySelector('img.picture')).toBeNull()
})
