import userEvent from '@testing-library/user-event'
import { fireEvent, screen, within } from '@testing-library/vue'
import { http, HttpResponse } from 'msw'
import { beforeEach, expect, it, vi } from 'vitest'

import { ada, answer, api, asAda, hold, observe, refusal } from '@/test/api'
import { renderApp } from '@/test/renderApp'

const user = userEvent.setup()
const url = `/api/users/${ada.id}/avatar?v=1`
const picture = new File(['pixels'], 'me.png', { type: 'image/png' })
const drawImage = vi.fn()

// jsdom decodes no pictures and has no canvas; the browser tests use real ones.
beforeEach(() => {
  const decoded = { width: 4000, height: 3000, close: vi.fn() }
  vi.stubGlobal('createImageBitmap', (file: File) =>
    file.type === 'image/png' ? Promise.resolve(decoded) : Promise.reject(new Error('InvalidStateError')),
  )
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue({ drawImage } as unknown as null)
  vi.spyOn(HTMLCanvasElement.prototype, 'toBlob').mockImplementation((callback) => {
    callback(new Blob(['square'], { type: 'image/webp' }))
  })
})

it('crops a picture, previews it and shows it everywhere once saved', async () => {
  asAda()
  const sent: (string | null)[] = []
  api.use(
    http.put('/api/users/me/avatar', ({ request }) => {
      sent.push(request.headers.get('content-type'))
      return HttpResponse.json({ data: { ...ada, avatar_url: url } })
    }),
  )
  await renderApp('/account/picture')

  await user.upload(await screen.findByLabelText('Picture'), picture)
  const preview = await screen.findByAltText('Preview of your picture')
  expect(preview.getAttribute('src')).toBe(`data:image/webp;base64,${btoa('square')}`)
  expect(drawImage).toHaveBeenLastCalledWith(expect.anything(), 500, 0, 3000, 3000, 0, 0, 512, 512)
  await user.click(screen.getByRole('button', { name: 'Save picture' }))

  await screen.findByText('Picture saved.')
  expect(sent).toEqual([expect.stringMatching(/^multipart\/form-data/)])
  const sources = Array.from(document.querySelectorAll('img.picture'), (image) => image.getAttribute('src'))
  expect(sources.sort()).toEqual([`${url}&size=256`, `${url}&size=64`])
})

it('takes no other picture while one is being saved', async () => {
  asAda()
  const release = hold('put', '/api/users/me/avatar', { body: { data: { ...ada, avatar_url: url } } })
  await renderApp('/account/picture')

  await user.upload(await screen.findByLabelText('Picture'), picture)
  await user.click(await screen.findByRole('button', { name: 'Save picture' }))
  const other = new File(['pixels'], 'other.png', { type: 'image/png' })
  await fireEvent.drop(screen.getByText('me.png'), { dataTransfer: { files: [other] } })
  expect(screen.getByText('me.png')).toBeTruthy()
  release()
  await screen.findByText('Picture saved.')
})

it('refuses a dropped file that is no picture, without sending it', async () => {
  asAda()
  await renderApp('/account/picture')

  const hint = await screen.findByText(/^Drop a picture here/)
  await fireEvent.drop(hint, { dataTransfer: { files: [new File(['?'], 'notes.txt', { type: 'text/plain' })] } })
  await screen.findByText(/^“notes.txt” isn’t a picture that we can read/)
  expect(screen.queryByRole('button', { name: 'Save picture' })).toBeNull()

  await user.upload(screen.getByLabelText('Picture'), picture)
  await screen.findByRole('button', { name: 'Save picture' })
  expect(screen.queryByText(/isn’t a picture/)).toBeNull()
})

it('names the limit of a file that is too large, without sending it', async () => {
  asAda()
  await renderApp('/account/picture')

  const huge = new File(['pixels'], 'huge.png', { type: 'image/png' })
  Object.defineProperty(huge, 'size', { value: 31_000_000 })
  await user.upload(await screen.findByLabelText('Picture'), huge)
  await screen.findByText('“huge.png” is 31 MB. Choose a picture of up to 25 MB.')
})

it('shows the API’s error and keeps the choice', async () => {
  asAda()
  const { status, body } = refusal(415, 'UNSUPPORTED_PICTURE')
  api.use(http.put('/api/users/me/avatar', () => HttpResponse.json(body, { status })))
  await renderApp('/account/picture')

  await user.upload(await screen.findByLabelText('Picture'), picture)
  await user.click(await screen.findByRole('button', { name: 'Save picture' }))
  await screen.findByText('The API says UNSUPPORTED_PICTURE.')

  await user.click(screen.getByRole('button', { name: 'Cancel' }))
  await screen.findByText(/^Drop a picture here/)
  expect(screen.queryByText('The API says UNSUPPORTED_PICTURE.')).toBeNull()
})

it('removes the picture after asking', async () => {
  answer('get', '/api/users/me', { body: { data: { ...ada, avatar_url: url } } })
  const removals = observe('delete', '/api/users/me/avatar', { status: 204 })
  await renderApp('/account/picture')

  await user.click(await screen.findByRole('button', { name: 'Remove' }))
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Remove' }))

  await screen.findByText('Picture removed.')
  expect(removals).toHaveLength(1)
  expect(document.querySelector('img.picture')).toBeNull()
})
