import userEvent from '@testing-library/user-event'
import { fireEvent, screen, waitFor, within } from '@testing-library/vue'
import { http, HttpResponse } from 'msw'
import { describe, expect, it } from 'vitest'

import { getCurrentUser } from '@/api/generated/client'
import { NAME } from '@/product'
import { answer, answered, api, asAda, asGuest, hold, observe, pageOf, refusal } from '@/test/api'
import { post, summary } from '@/test/posts'
import { renderApp } from '@/test/renderApp'

const user = userEvent.setup()
const PAGE = `/posts/${post.id}`
const POST = `/api/posts/${post.id}`

it('shows a guest the post as text', async () => {
  asGuest()
  answer('get', POST, { body: { data: post } })
  await renderApp(PAGE)

  await screen.findByRole('heading', { name: 'On engines', level: 1 })
  expect(screen.getByText('Second <b>paragraph</b>.')).toBeTruthy()
  expect(screen.getByRole('link', { name: 'Ada' }).getAttribute('href')).toBe(`/posts?author=${post.author.id}`)
  expect(screen.queryByRole('button', { name: 'Delete' })).toBeNull()
  expect(document.title).toBe(`On engines · ${NAME}`)
})

it('deletes the shown version of a post after asking, and takes it off the list at once', async () => {
  asAda()
  answer('get', POST, { body: { data: post } })
  observe('get', '/api/posts', pageOf([summary], { total: 1 }), pageOf([], { total: 0 }))
  const requests = observe('delete', POST, { status: 204 })
  const router = await renderApp('/posts')

  await user.click(await screen.findByRole('link', { name: post.title }))
  await user.click(await screen.findByRole('button', { name: 'Delete' }))
  const dialog = within(await screen.findByRole('dialog', { name: 'Delete this post?' }))
  expect(requests).toHaveLength(0)
  await user.click(dialog.getByRole('button', { name: 'Delete' }))

  await screen.findByText('Post deleted.')
  expect(router.currentRoute.value.name).toBe('posts')
  expect(screen.queryByRole('link', { name: post.title })).toBeNull()
  expect(requests.map(({ headers }) => headers.get('if-match'))).toEqual(['"3"'])
})

it('brings a post back to the list if the API does not delete it', async () => {
  asAda()
  answer('get', POST, { body: { data: post } })
  observe('get', '/api/posts', pageOf([summary], { total: 1 }))
  observe('delete', POST, refusal(412, 'VERSION_CHANGED'))
  await renderApp('/posts')

  await user.click(await screen.findByRole('link', { name: post.title }))
  await user.click(await screen.findByRole('button', { name: 'Delete' }))
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Delete' }))

  await screen.findByText('The API says VERSION_CHANGED.')
  await screen.findByRole('link', { name: post.title })
})

it('publishes the shown version at once, and takes it back if the API refuses', async () => {
  asAda()
  const changed = { ...post, published: true, version: 4 }
  const requests = observe('patch', POST, refusal(412, 'VERSION_CHANGED'), { body: { data: changed } })
  const current = () => (requests.length < 2 ? { ...post, published: false } : changed)
  api.use(http.get(POST, () => HttpResponse.json({ data: current() })))
  await renderApp(PAGE)

  await user.click(await screen.findByRole('button', { name: 'Publish' }))
  await screen.findByText('The API says VERSION_CHANGED.')
  await user.click(await screen.findByRole('button', { name: 'Publish' }))

  await screen.findByRole('button', { name: 'Unpublish' })
  expect(screen.queryByText('Draft')).toBeNull()
  await waitFor(() => {
    expect(requests.map(({ body }) => body)).toEqual([{ published: true }, { published: true }])
  })
  expect(requests.map(({ headers }) => headers.get('if-match'))).toEqual(['"3"', '"3"'])
})

it('publishes by a double click, and does not withdraw', async () => {
  asAda()
  const draft = { ...post, published: false }
  const requests = observe('patch', POST, { body: { data: { ...post, published: true, version: 4 } } })
  answer('get', POST, { body: { data: draft } }, { body: { data: { ...post, published: true, version: 4 } } })
  await renderApp(PAGE)

  await user.click(await screen.findByRole('button', { name: 'Publish' }))
  await screen.findByRole('button', { name: 'Unpublish' })
  await answered()
  await fireEvent.click(screen.getByRole('button', { name: 'Unpublish' }), { detail: 2 })
  await answered()
  expect(requests.map(({ body }) => body)).toEqual([{ published: true }])
  expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Unpublish' }))
})

it('does not withdraw a post that is still being published', async () => {
  asAda()
  const published = { ...post, published: true, version: 4 }
  answer('get', POST, { body: { data: { ...post, published: false } } }, { body: { data: published } })
  const release = hold('patch', POST, { body: { data: published } })
  await renderApp(PAGE)

  await user.click(await screen.findByRole('button', { name: 'Publish' }))
  await screen.findByRole('button', { name: 'Unpublish' })
  await user.keyboard('{Enter}')
  expect(screen.getByRole('button', { name: 'Unpublish' })).toBeTruthy()
  release()
  await answered()
  const requests = observe('patch', POST, { body: { data: { ...post, published: false, version: 5 } } })
  await user.keyboard('{Enter}')
  await screen.findByRole('button', { name: 'Publish' })
  await waitFor(() => {
    expect(requests.map(({ headers }) => headers.get('if-match'))).toEqual(['"4"'])
  })
})

describe('while a post is still being published', () => {
  const draft = { ...post, published: false }
  const published = { ...post, version: 4 }

  /** Publish, and leave before the API has answered. */
  async function publishAndLeave() {
    asAda()
    observe('get', '/api/posts', pageOf([summary], { total: 1 }))
    let isPublished = false
    api.use(http.get(POST, () => HttpResponse.json({ data: isPublished ? published : draft })))
    const answerPatch = hold('patch', POST, { body: { data: published } })
    const router = await renderApp(PAGE)
    await user.click(await screen.findByRole('button', { name: 'Publish' }))
    await screen.findByRole('button', { name: 'Unpublish' })
    const release = () => {
      isPublished = true
      answerPatch()
    }
    return { router, release }
  }

  it('withdraws the version that the answer names, after leaving and returning', async () => {
    const { router, release } = await publishAndLeave()
    await router.push('/posts')
    await screen.findByRole('link', { name: post.title })
    await router.push(PAGE)
    await user.click(await screen.findByRole('button', { name: 'Unpublish' }))
    const requests = observe('patch', POST, { body: { data: { ...draft, version: 5 } } })
    release()

    await waitFor(() => {
      expect(requests.map(({ headers }) => headers.get('if-match'))).toEqual(['"4"'])
    })
    await screen.findByRole('button', { name: 'Publish' })
  })

  it('edits the version that the answer names', async () => {
    const { release } = await publishAndLeave()
    const requests = observe('put', POST, { body: { data: { ...published, version: 5 } } })
    await user.click(screen.getByRole('link', { name: 'Edit' }))
    await screen.findByRole('status', { name: 'Loading page' })
    await getCurrentUser()
    release()
    await user.type(await screen.findByLabelText('Title'), '!')
    await user.click(screen.getByRole('button', { name: 'Save and publish' }))

    await screen.findByText('Post saved.')
    expect(requests.map(({ headers }) => headers.get('if-match'))).toEqual(['"4"'])
  })

  it('deletes the version that the answer names', async () => {
    const { release } = await publishAndLeave()
    const requests = observe('delete', POST, { status: 204 })
    await user.click(screen.getByRole('button', { name: 'Delete' }))
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Delete' }))
    await screen.findByRole('heading', { name: 'Posts' })
    await getCurrentUser()
    release()

    await screen.findByText('Post deleted.')
    expect(requests.map(({ headers }) => headers.get('if-match'))).toEqual(['"4"'])
  })
})

it('offers a way out when a post is not found', async () => {
  asAda()
  answer('get', POST, refusal(404, 'POST_NOT_FOUND'))
  await renderApp(PAGE)

  await screen.findByRole('heading', { name: 'Not found', level: 1 })
  expect(screen.getByRole('link', { name: 'Show all posts' })).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull()
})

it('shows the not-found page for an invalid id', async () => {
  asGuest()
  const router = await renderApp('/posts/one')
  expect(router.currentRoute.value.name).toBe('not-found')
})
