import { cleanup, screen, waitFor, within } from '@testing-library/vue'
import { http, HttpResponse } from 'msw'
import { beforeEach, expect, it } from 'vitest'

import { ada, answer, answered, api, hold, observe, refusal } from '@/test/api'
import { asWriter, EDITOR, POST, press, theirs, user, write } from '@/test/postEditor'
import { byNobody, post } from '@/test/posts'
import { renderApp } from '@/test/renderApp'
import { countDrafts, draftsOf } from '@/utils/drafts'

beforeEach(asWriter)

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
  await screen.findByText('Fill in this field.')
  expect(document.activeElement).toBe(screen.getByLabelText('Content'))
  expect(requests).toHaveLength(0)

  await user.type(screen.getByLabelText('Content'), 'Text.')
  await press('Save draft')
  await screen.findByText('Not this one.')
  expect(document.activeElement).toBe(screen.getByLabelText('Title'))
})

it('asks before leaving unsaved changes and keeps them as a draft', async () => {
  const router = await renderApp('/posts/new')
  await write('On engines', '')

  await user.click(screen.getByRole('link', { name: 'All posts' }))
  const dialog = within(await screen.findByRole('dialog', { name: 'Leave without saving?' }))
  await user.click(dialog.getByRole('button', { name: 'Keep editing' }))
  expect(router.currentRoute.value.name).toBe('new-post')
  expect(screen.getByLabelText<HTMLInputElement>('Title').value).toBe('On engines')

  await user.click(screen.getByRole('link', { name: 'All posts' }))
  await user.click(await screen.findByRole('button', { name: 'Keep draft' }))
  await screen.findByText('No posts yet')
  expect(router.currentRoute.value.name).toBe('posts')

  await router.push('/posts/new')
  await screen.findByText(/We restored your draft from/)
  expect(screen.getByLabelText<HTMLInputElement>('Title').value).toBe('On engines')
})

it.each([
  ['/posts/new', 'post', '/api/posts', 'Save draft'],
  [EDITOR, 'put', POST, 'Save and publish'],
] as const)('closes the question once %s is saved, and goes on', async (page, method, path, save) => {
  answer('get', POST, { body: { data: post } })
  const release = hold(method, path, { body: { data: { ...post, version: 4 } } })
  const router = await renderApp(page)
  await write('On engines', 'Text.')

  await press(save)
  void router.push('/posts')
  await screen.findByRole('dialog', { name: 'Leave without saving?' })
  release()

  await screen.findByText('No posts yet')
  await answered()
  expect(screen.queryByRole('dialog')).toBeNull()
  expect(router.currentRoute.value.name).toBe('posts')
  expect(countDrafts(ada.id)).toBe(0)
})

it('does not fetch back a user who has left while the post was sent, and keeps no draft of it', async () => {
  const release = hold('post', '/api/posts', { body: { data: post } })
  const router = await renderApp('/posts/new')
  await write('On engines', 'Text.')

  await press('Save draft')
  await user.click(screen.getByRole('link', { name: 'All posts' }))
  await user.click(await screen.findByRole('button', { name: 'Keep draft' }))
  await screen.findByText('No posts yet')
  release()
  await answered()
  expect(router.currentRoute.value.name).toBe('posts')
  expect(countDrafts(ada.id)).toBe(0)
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

async function meetConflict() {
  answer('get', POST, { body: { data: post } }, { body: { data: theirs } })
  const requests = observe('put', POST, refusal(412, 'VERSION_CHANGED'), { body: { data: { ...post, version: 5 } } })
  const router = await renderApp(EDITOR)
  await user.type(await screen.findByLabelText('Title'), ' of mine')
  await press('Save and publish')
  const dialog = within(await screen.findByRole('dialog', { name: 'Another version was saved' }))
  const title = within(dialog.getByRole('region', { name: 'Title' }))
  expect(title.getByText('theirs').tagName).toBe('DEL')
  expect(title.getByText('engines of mine').tagName).toBe('INS')
  const sent = () => requests.map(({ headers, body }) => [headers.get('if-match'), (body as { title: string }).title])
  return { router, dialog, sent }
}

it('saves the user’s version of a changed post and keeps the other one', async () => {
  const { sent, router, dialog } = await meetConflict()

  await user.click(dialog.getByRole('button', { name: 'Save this choice' }))

  await screen.findByText('Post saved.')
  await screen.findByRole('heading', { name: 'On engines', level: 1 })
  expect(router.currentRoute.value.name).toBe('post')
  expect(sent()).toEqual([
    ['"3"', 'On engines of mine'],
    ['"4"', 'On engines of mine'],
  ])
  expect(draftsOf(ada.id, `post.${post.id}`).map(({ state, values }) => [state, values])).toEqual([
    ['aside', expect.objectContaining({ title: 'On theirs' })],
  ])
})

it('keeps the other version if the user leaves while their choice is saved', async () => {
  const { router, dialog } = await meetConflict()
  const release = hold('put', POST, { body: { data: { ...post, title: 'On engines of mine', version: 5 } } })

  await user.click(dialog.getByRole('button', { name: 'Save this choice' }))
  void router.push('/posts')
  await user.click(await screen.findByRole('button', { name: 'Keep draft' }))
  await screen.findByText('No posts yet')
  release()
  await screen.findByText('Post saved.')

  expect(draftsOf(ada.id, `post.${post.id}`).map(({ state, values }) => [state, values])).toEqual([
    ['aside', expect.objectContaining({ title: 'On theirs' })],
  ])
})

it('takes the other version and edits from there', async () => {
  const { sent, dialog } = await meetConflict()

  await user.click(dialog.getByRole('radio', { name: /Saved version/ }))
  await user.click(dialog.getByRole('button', { name: 'Edit this choice' }))
  await user.type(await screen.findByDisplayValue('On theirs'), ' and more')
  await press('Save and publish')

  await screen.findByRole('heading', { name: 'On engines', level: 1 })
  expect(sent()).toEqual([
    ['"3"', 'On engines of mine'],
    ['"4"', 'On theirs and more'],
  ])
})

it('takes pieces from both versions', async () => {
  const mine = { ...post, content: 'One.\n\nTwo.\n\nThree.' }
  const other = { ...mine, content: 'One, theirs.\n\nTwo.\n\nThree.\n\nFour.', version: 4 }
  answer('get', POST, { body: { data: mine } }, { body: { data: other } })
  const requests = observe('put', POST, refusal(412, 'VERSION_CHANGED'), { body: { data: other } })
  await renderApp(EDITOR)
  await user.type(await screen.findByLabelText('Content'), '\n\nFour, mine.')
  await press('Save and publish')
  const content = within(await screen.findByRole('region', { name: 'Content' }))

  // Only they changed the first paragraph.
  expect(
    content
      .getAllByRole<HTMLInputElement>('radio')
      .map(({ checked }) => checked)
      .slice(0, 3),
  ).toEqual([true, false, false])
  await user.click(content.getAllByRole('radio', { name: 'Keep both' })[1])
  await press('Save this choice')

  await screen.findByText('Post saved.')
  expect(requests[1]?.body).toMatchObject({ content: 'One, theirs.\n\nTwo.\n\nThree.\n\nFour.\n\nFour, mine.' })
})

it('returns to the form without losing anything', async () => {
  const { sent, dialog } = await meetConflict()

  await user.click(dialog.getByRole('button', { name: 'Back to my version' }))

  await waitFor(() => {
    expect(screen.queryByRole('dialog')).toBeNull()
  })
  expect(screen.getByDisplayValue('On engines of mine')).toBeTruthy()
  expect(sent()).toHaveLength(1)
})

it('swaps the user’s own version and the chosen one, even after a reload', async () => {
  const { dialog } = await meetConflict()
  await user.click(dialog.getByRole('button', { name: 'Use the saved version' }))
  await user.click(dialog.getByRole('button', { name: 'Edit this choice' }))
  await user.type(await screen.findByDisplayValue('On theirs'), ' and more')
  cleanup()
  answer('get', POST, { body: { data: theirs } })

  await renderApp(EDITOR)
  await screen.findByDisplayValue('On theirs and more')
  await press('Restore')
  expect(screen.getByDisplayValue('On engines of mine')).toBeTruthy()
  await press('Restore')
  expect(screen.getByDisplayValue('On theirs and more')).toBeTruthy()
})
