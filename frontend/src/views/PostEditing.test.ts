import userEvent from '@testing-library/user-event'
import { cleanup, screen, waitFor, within } from '@testing-library/vue'
import { http, HttpResponse } from 'msw'
import { beforeEach, expect, it } from 'vitest'

import type { UserResponse } from '@/api/generated/client'
import { hasDrafts } from '@/composables/useDraft'
import { ada, answer, api, asAda, observe, pageOf, refusal } from '@/test/api'
import { dashboard } from '@/test/dashboard'
import { withoutProviders } from '@/test/identity'
import { byNobody, post } from '@/test/posts'
import { renderApp } from '@/test/renderApp'

const user = userEvent.setup()
const POST = `/api/posts/${post.id}`
const EDITOR = `/posts/${post.id}/edit`

beforeEach(() => {
  asAda()
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

it('reuses the key after a lost response and uses a new one for another post', async () => {
  const keys: (string | null)[] = []
  api.use(
    http.post('/api/posts', ({ request }) => {
      keys.push(request.headers.get('idempotency-key'))
      return HttpResponse.error()
    }),
  )
  await renderApp('/posts/new')

  await write('On engines', 'Text.')
  await press('Save draft')
  await screen.findByText(/can’t reach the server/)
  await press('Save draft')
  await waitFor(() => {
    expect(keys).toHaveLength(2)
  })
  await user.type(await screen.findByLabelText('Content'), ' More.')
  await press('Save draft')
  await waitFor(() => {
    expect(keys).toHaveLength(3)
  })

  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/)
  expect(keys[1]).toBe(keys[0])
  expect(keys[2]).not.toBe(keys[0])
})

it('shows missing values and the API’s errors at each field', async () => {
  const details = [{ field: 'title', message: 'Not this one.' }]
  const requests = observe('post', '/api/posts', refusal(422, 'VALIDATION_FAILED', details))
  await renderApp('/posts/new')

  await write('On engines', '')
  await press('Save draft')
  await screen.findByText('Write something first.')
  expect(document.activeElement).toBe(screen.getByLabelText('Content'))
  expect(requests).toHaveLength(0)

  await user.type(screen.getByLabelText('Content'), 'Text.')
  await press('Save draft')
  await screen.findByText('Not this one.')
  expect(document.activeElement).toBe(screen.getByLabelText('Title'))
})

it('asks before discarding unsaved changes', async () => {
  const router = await renderApp('/posts/new')
  await write('On engines', '')

  await user.click(screen.getByRole('link', { name: 'All posts' }))
  const dialog = within(await screen.findByRole('dialog', { name: 'Leave without saving?' }))
  await user.click(dialog.getByRole('button', { name: 'Keep editing' }))
  expect(router.currentRoute.value.name).toBe('new-post')
  expect(screen.getByLabelText<HTMLInputElement>('Title').value).toBe('On engines')

  await user.click(screen.getByRole('link', { name: 'All posts' }))
  await user.click(await screen.findByRole('button', { name: 'Leave' }))
  await screen.findByText('No posts yet')
  expect(router.currentRoute.value.name).toBe('posts')
})

it('lets the user leave an unchanged page', async () => {
  answer('get', POST, { body: { data: post } })
  const router = await renderApp(EDITOR)

  await screen.findByLabelText('Title')
  await press('Cancel')

  await screen.findByRole('heading', { name: 'On engines', level: 1 })
  expect(router.currentRoute.value.name).toBe('post')
})

it('shows no editor for another author’s post', async () => {
  answer('get', POST, { body: { data: { ...post, author: byNobody } } })
  await renderApp(EDITOR)
  await screen.findByRole('heading', { name: 'You can’t edit this post' })
})

const theirs = { ...post, title: 'On theirs', version: 4 }

async function meetConflict() {
  answer('get', POST, { body: { data: post } }, { body: { data: theirs } })
  const requests = observe('put', POST, refusal(412, 'VERSION_CHANGED'), { body: { data: { ...post, version: 5 } } })
  const router = await renderApp(EDITOR)
  await user.type(await screen.findByLabelText('Title'), ' of mine')
  await press('Save and publish')
  const dialog = within(await screen.findByRole('dialog', { name: 'This post has changed' }))
  const title = within(dialog.getByRole('region', { name: 'Title' }))
  expect(title.getByText('theirs').tagName).toBe('DEL')
  expect(title.getByText('engines of mine').tagName).toBe('INS')
  return { requests, router, dialog }
}

it('keeps the user’s version of a changed post when asked to', async () => {
  const { requests, router, dialog } = await meetConflict()

  await user.click(dialog.getByRole('button', { name: 'Keep mine' }))

  await screen.findByText('Post saved.')
  await screen.findByRole('heading', { name: 'On theirs', level: 1 })
  expect(router.currentRoute.value.name).toBe('post')
  expect(requests.map(({ headers }) => headers.get('if-match'))).toEqual(['"3"', '"4"'])
  expect(requests.map(({ body }) => body)).toEqual([
    { title: 'On engines of mine', subtitle: null, content: post.content, published: true },
    { title: 'On engines of mine', subtitle: null, content: post.content, published: true },
  ])
})

it('switches to the other version and edits from there', async () => {
  const { requests, dialog } = await meetConflict()

  await user.click(dialog.getByRole('button', { name: 'Use theirs' }))
  await screen.findByDisplayValue('On theirs')
  await press('Save and publish')

  await screen.findByRole('heading', { name: 'On theirs', level: 1 })
  expect(requests.map(({ headers }) => headers.get('if-match'))).toEqual(['"3"', '"4"'])
})

it('continues editing without losing anything', async () => {
  const { requests, dialog } = await meetConflict()

  await user.click(dialog.getByRole('button', { name: 'Keep editing' }))

  await waitFor(() => {
    expect(screen.queryByRole('dialog')).toBeNull()
  })
  expect(screen.getByDisplayValue('On engines of mine')).toBeTruthy()
  expect(requests).toHaveLength(1)
})

it('restores the user’s own version later, even after a reload', async () => {
  const { dialog } = await meetConflict()
  await user.click(dialog.getByRole('button', { name: 'Use theirs' }))
  await screen.findByDisplayValue('On theirs')
  cleanup()
  answer('get', POST, { body: { data: theirs } })

  await renderApp(EDITOR)
  await screen.findByDisplayValue('On theirs')
  await press('Restore')

  expect(screen.getByDisplayValue('On engines of mine')).toBeTruthy()
  expect(screen.queryByText(/Your other version/)).toBeNull()
})

it('swaps both versions while neither is saved', async () => {
  const { dialog } = await meetConflict()
  await user.click(dialog.getByRole('button', { name: 'Use theirs' }))
  await user.type(await screen.findByDisplayValue('On theirs'), ' and more')

  await press('Restore')
  expect(screen.getByDisplayValue('On engines of mine')).toBeTruthy()
  await press('Restore')
  expect(screen.getByDisplayValue('On theirs and more')).toBeTruthy()
})

function endSession(): void {
  answer('get', '/api/users/me', refusal(401, 'NOT_AUTHENTICATED'))
  answer('post', '/api/posts', refusal(401, 'NOT_AUTHENTICATED'))
  answer('post', '/api/auth/refresh', refusal(401, 'SESSION_REVOKED'))
  withoutProviders()
}

async function signInAs(next: UserResponse): Promise<void> {
  answer('post', '/api/auth/signin', { body: { data: next } })
  const email = await screen.findByLabelText<HTMLInputElement>('Email')
  await user.clear(email)
  await user.type(email, next.email)
  await user.type(screen.getByLabelText('Password'), 'correct horse{Enter}')
}

it('keeps input when the session ends and saves it after signing in', async () => {
  const router = await renderApp('/posts/new')
  await write('On engines', 'Text.')
  endSession()
  await press('Save draft')

  await screen.findByText(/ended from another device.* We kept what you typed/)
  expect(router.currentRoute.value.query.redirect).toBe('/posts/new')
  expect(screen.queryByRole('dialog')).toBeNull()
  expect(screen.getByLabelText<HTMLInputElement>('Email').value).toBe(ada.email)

  await signInAs(ada)
  expect((await screen.findByLabelText<HTMLInputElement>('Title')).value).toBe('On engines')
  await screen.findByText(/We restored your unsaved changes/)
  const saved = observe('post', '/api/posts', { status: 201, body: { data: post } })
  answer('get', POST, { body: { data: post } })
  await press('Save draft')
  await screen.findByRole('heading', { name: 'On engines', level: 1 })
  expect(saved.map(({ body }) => body)).toEqual([
    { title: 'On engines', subtitle: null, content: 'Text.', published: false },
  ])
  expect(hasDrafts(ada.id)).toBe(false)
})

it('hides input from other users', async () => {
  const router = await renderApp('/posts/new')
  await write('On engines', 'Text.')
  endSession()
  await press('Save draft')

  answer('get', '/api/dashboard', { body: { data: dashboard } })
  await signInAs({ ...ada, id: '01980000-0000-7000-8000-0000000000ff', email: 'grace@example.com' })
  await waitFor(() => {
    expect(router.currentRoute.value.name).toBe('dashboard')
  })
  await router.push('/posts/new')

  expect((await screen.findByLabelText<HTMLInputElement>('Title')).value).toBe('')
  expect(screen.queryByText(/We restored your unsaved changes/)).toBeNull()
})

it('restores a draft with the version it started from', async () => {
  answer('get', POST, { body: { data: post } }, { body: { data: theirs } })
  await renderApp(EDITOR)
  await user.type(await screen.findByLabelText('Title'), ' of mine')
  cleanup()

  const requests = observe('put', POST, refusal(412, 'VERSION_CHANGED'))
  await renderApp(EDITOR)
  await screen.findByDisplayValue('On engines of mine')
  await press('Save and publish')

  await screen.findByRole('dialog', { name: 'This post has changed' })
  expect(requests.map(({ headers }) => headers.get('if-match'))).toEqual(['"3"'])
})

it('deletes a draft that its user discards or leaves', async () => {
  await renderApp('/posts/new')
  await write('On engines', '')
  cleanup()
  await renderApp('/posts/new')
  await user.click(await screen.findByRole('button', { name: 'Discard' }))
  expect(screen.getByLabelText<HTMLInputElement>('Title').value).toBe('')
  await waitFor(() => {
    expect(hasDrafts(ada.id)).toBe(false)
  })

  await write('On looms', '')
  await user.click(screen.getByRole('link', { name: 'All posts' }))
  await user.click(await screen.findByRole('button', { name: 'Leave' }))
  await screen.findByText('No posts yet')
  expect(hasDrafts(ada.id)).toBe(false)
})

it('asks before a sign-out discards changes and stays if the user declines', async () => {
  const signOuts = answer('post', '/api/auth/signout', { status: 204 })
  const router = await renderApp('/posts/new')
  await write('On engines', '')

  await press('Account menu')
  await user.click(await screen.findByRole('menuitem', { name: 'Sign out' }))
  await user.click(await screen.findByRole('button', { name: 'Keep editing' }))

  expect(signOuts).toHaveLength(0)
  expect(router.currentRoute.value.path).toBe('/posts/new')
  expect(hasDrafts(ada.id)).toBe(true)
})

it('signs out and discards changes if the user agrees', async () => {
  answer('post', '/api/auth/signout', { status: 204 })
  withoutProviders()
  const router = await renderApp('/posts/new')
  await write('On engines', '')

  await press('Account menu')
  await user.click(await screen.findByRole('menuitem', { name: 'Sign out' }))
  await user.click(await screen.findByRole('button', { name: 'Leave' }))

  await screen.findByRole('heading', { name: 'Welcome back' })
  expect(router.currentRoute.value.name).toBe('sign-in')
  expect(hasDrafts(ada.id)).toBe(false)
})
