import userEvent from '@testing-library/user-event'
import { screen, waitFor, within } from '@testing-library/vue'
import { http, HttpResponse } from 'msw'
import { beforeEach, expect, it } from 'vitest'

import { answer, api, observe, refusal } from '@/test/api'
import { asAda, comment, pageOf, post } from '@/test/posts'
import { renderApp } from '@/test/renderApp'

const user = userEvent.setup()
const POST = `/api/posts/${post.id}`
const EDITOR = `/posts/${post.id}/edit`

beforeEach(() => {
  asAda()
  observe('get', `${POST}/comments`, pageOf([], { total: 0 }))
  observe('get', '/api/posts', pageOf([], { total: 0 }))
})

async function write(title: string, content: string): Promise<void> {
  await user.type(await screen.findByLabelText('Title'), title)
  if (content) await user.type(screen.getByLabelText('Content'), content)
}

function press(name: string) {
  return user.click(screen.getByRole('button', { name }))
}

it('creates a post and shows it', async () => {
  const requests = observe('post', '/api/posts', { status: 201, body: { data: post } })
  answer('get', POST, { body: { data: post } })
  await renderApp('/posts/new')

  await write(' On engines ', 'Text.')
  await user.click(screen.getByLabelText('Published'))
  await press('Save and publish')

  await screen.findByRole('heading', { name: 'On engines' })
  expect(requests.map(({ body }) => body)).toEqual([
    { title: 'On engines', subtitle: null, content: 'Text.', published: true },
  ])
})

it('sends the same key again when the answer was lost, and another one for another post', async () => {
  const keys: (string | null)[] = []
  api.use(
    http.post('/api/posts', ({ request }) => {
      keys.push(request.headers.get('idempotency-key'))
      return HttpResponse.error()
    }),
  )
  await renderApp('/posts/new')

  await write('On engines', 'Text.')
  await press('Save as a draft')
  await screen.findByText(/cannot reach the server/)
  await press('Save as a draft')
  await waitFor(() => {
    expect(keys).toHaveLength(2)
  })
  await user.type(await screen.findByLabelText('Content'), ' More.')
  await press('Save as a draft')
  await waitFor(() => {
    expect(keys).toHaveLength(3)
  })

  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/)
  expect(keys[1]).toBe(keys[0])
  expect(keys[2]).not.toBe(keys[0])
})

it('says at each field what is missing, and what the API refuses', async () => {
  const details = [{ field: 'title', message: 'Not this one.' }]
  const requests = observe('post', '/api/posts', refusal(422, 'VALIDATION_FAILED', details))
  await renderApp('/posts/new')

  await write('On engines', '')
  await press('Save as a draft')
  await screen.findByText('Write something first.')
  expect(document.activeElement).toBe(screen.getByLabelText('Content'))
  expect(requests).toHaveLength(0)

  await user.type(screen.getByLabelText('Content'), 'Text.')
  await press('Save as a draft')
  await screen.findByText('Not this one.')
  expect(document.activeElement).toBe(screen.getByLabelText('Title'))
})

it('asks before unsaved changes are lost', async () => {
  const router = await renderApp('/posts/new')
  await write('On engines', '')

  await user.click(screen.getByRole('link', { name: 'All posts' }))
  const dialog = within(await screen.findByRole('dialog', { name: 'Leave without saving?' }))
  await user.click(dialog.getByRole('button', { name: 'Stay here' }))
  expect(router.currentRoute.value.name).toBe('new-post')
  expect(screen.getByLabelText<HTMLInputElement>('Title').value).toBe('On engines')

  await user.click(screen.getByRole('link', { name: 'All posts' }))
  await user.click(await screen.findByRole('button', { name: 'Leave' }))
  await screen.findByText('No posts yet')
  expect(router.currentRoute.value.name).toBe('posts')
})

it('lets a page be left that nobody has changed', async () => {
  answer('get', POST, { body: { data: post } })
  const router = await renderApp(EDITOR)

  await screen.findByLabelText('Title')
  await press('Cancel')

  await screen.findByRole('heading', { name: 'On engines', level: 1 })
  expect(router.currentRoute.value.name).toBe('post')
})

it('shows no editor for what is somebody else’s', async () => {
  answer('get', POST, { body: { data: { ...post, author: comment.author } } })
  await renderApp(EDITOR)
  await screen.findByRole('heading', { name: 'This post is somebody else’s' })
})

const theirs = { ...post, title: 'On theirs', version: 4 }

async function meetConflict() {
  answer('get', POST, { body: { data: post } }, { body: { data: theirs } })
  const requests = observe('put', POST, refusal(412, 'POST_CHANGED'), { body: { data: { ...post, version: 5 } } })
  const router = await renderApp(EDITOR)
  await user.type(await screen.findByLabelText('Title'), ' of mine')
  await press('Save and publish')
  const dialog = within(await screen.findByRole('dialog', { name: 'This post has changed meanwhile' }))
  expect(dialog.getByText('On theirs')).toBeTruthy()
  return { requests, router, dialog }
}

it('keeps mine over theirs when a post has changed meanwhile and one says so', async () => {
  const { requests, router, dialog } = await meetConflict()

  await user.click(dialog.getByRole('button', { name: 'Keep mine' }))

  await screen.findByText('Your changes are saved.')
  await screen.findByRole('heading', { name: 'On theirs', level: 1 })
  expect(router.currentRoute.value.name).toBe('post')
  expect(requests.map(({ headers }) => headers.get('if-match'))).toEqual(['"3"', '"4"'])
  expect(requests.map(({ body }) => body)).toEqual([
    { title: 'On engines of mine', subtitle: null, content: post.content, published: true },
    { title: 'On engines of mine', subtitle: null, content: post.content, published: true },
  ])
})

it('loads theirs over mine, and the next change is made from there', async () => {
  const { requests, dialog } = await meetConflict()

  await user.click(dialog.getByRole('button', { name: 'Load theirs' }))
  await screen.findByDisplayValue('On theirs')
  await press('Save and publish')

  await screen.findByRole('heading', { name: 'On theirs', level: 1 })
  expect(requests.map(({ headers }) => headers.get('if-match'))).toEqual(['"3"', '"4"'])
})

it('goes on editing with nothing lost', async () => {
  const { requests, dialog } = await meetConflict()

  await user.click(dialog.getByRole('button', { name: 'Go on editing' }))

  await waitFor(() => {
    expect(screen.queryByRole('dialog')).toBeNull()
  })
  expect(screen.getByDisplayValue('On engines of mine')).toBeTruthy()
  expect(requests).toHaveLength(1)
})
