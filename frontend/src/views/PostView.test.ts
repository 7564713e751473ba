import userEvent from '@testing-library/user-event'
import { screen, within } from '@testing-library/vue'
import { expect, it } from 'vitest'

import { NAME } from '@/product'
import { answer, asAda, asGuest, observe, pageOf, refusal } from '@/test/api'
import { comment, post } from '@/test/posts'
import { renderApp } from '@/test/renderApp'

const user = userEvent.setup()
const PAGE = `/posts/${post.id}`
const POST = `/api/posts/${post.id}`
const COMMENTS = `${POST}/comments`

it('shows a guest the post as text and its comments', async () => {
  asGuest()
  answer('get', POST, { body: { data: post } })
  observe('get', COMMENTS, pageOf([comment], { total: 1 }))
  await renderApp(PAGE)

  await screen.findByRole('heading', { name: 'On engines', level: 1 })
  expect(screen.getByText('Second <b>paragraph</b>.')).toBeTruthy()
  await screen.findByText('Well said.')
  expect(screen.getByText('Member beef')).toBeTruthy()
  expect(screen.getByRole('link', { name: 'Ada' }).getAttribute('href')).toBe(`/posts?author=${post.author.id}`)
  expect(screen.queryByLabelText('Your comment')).toBeNull()
  expect(screen.queryByRole('button', { name: 'Delete' })).toBeNull()
  const invitation = screen.getByText(/to comment/)
  expect(within(invitation).getByRole('link', { name: 'Sign in' }).getAttribute('href')).toContain(PAGE)
  expect(document.title).toBe(`On engines · ${NAME}`)
})

it('sends a comment once and shows it', async () => {
  asAda()
  answer('get', POST, { body: { data: post } })
  observe('get', COMMENTS, pageOf([], { total: 0 }))
  const mine = { ...comment, author: post.author, content: 'Indeed.' }
  const requests = observe('post', COMMENTS, refusal(503, 'TOO_BUSY'), { status: 201, body: { data: mine } })
  await renderApp(PAGE)

  await user.type(await screen.findByLabelText('Your comment'), ' Indeed. ')
  await user.click(screen.getByRole('button', { name: 'Comment' }))
  await screen.findByText(/very busy/)
  await user.click(screen.getByRole('button', { name: 'Comment' }))

  await screen.findByText('Indeed.')
  expect(screen.getByLabelText<HTMLTextAreaElement>('Your comment').value).toBe('')
  expect(screen.getByRole('heading', { name: 'Comments 1' })).toBeTruthy()
  expect(requests.map(({ body }) => body)).toEqual([{ content: 'Indeed.' }, { content: 'Indeed.' }])
  const [first, second] = requests.map(({ headers }) => headers.get('idempotency-key'))
  expect(first).toMatch(/^[0-9a-f]{32}$/)
  expect(second).toBe(first)
})

it('lets only the author delete a comment', async () => {
  asAda()
  answer('get', POST, { body: { data: { ...post, author: comment.author } } })
  const mine = { ...comment, id: '01980000-0000-7000-8000-0000000000c2', author: post.author, content: 'Mine.' }
  observe('get', COMMENTS, pageOf([comment, mine], { total: 2 }))
  const requests = observe('delete', `/api/comments/${mine.id}`, { status: 204 })
  await renderApp(PAGE)

  await user.click(await screen.findByRole('button', { name: 'Delete comment' }))
  await user.click(await screen.findByRole('button', { name: 'Delete' }))

  await screen.findByRole('heading', { name: 'Comments 1' })
  expect(screen.queryByText('Mine.')).toBeNull()
  expect(requests).toHaveLength(1)
})

it('deletes the shown version of a post after asking', async () => {
  asAda()
  answer('get', POST, { body: { data: post } })
  observe('get', COMMENTS, pageOf([], { total: 0 }))
  observe('get', '/api/posts', pageOf([], { total: 0 }))
  const requests = observe('delete', POST, refusal(412, 'VERSION_CHANGED'), { status: 204 })
  const router = await renderApp(PAGE)

  await user.click(await screen.findByRole('button', { name: 'Delete' }))
  const dialog = within(await screen.findByRole('dialog', { name: 'Delete this post?' }))
  expect(requests).toHaveLength(0)
  await user.click(dialog.getByRole('button', { name: 'Delete' }))
  await dialog.findByText(/has changed since you opened it/)
  await user.click(dialog.getByRole('button', { name: 'Delete' }))

  await screen.findByText('Post deleted.')
  expect(router.currentRoute.value.name).toBe('posts')
  expect(requests.map(({ headers }) => headers.get('if-match'))).toEqual(['"3"', '"3"'])
})

it('offers a way out when a post is not found', async () => {
  asAda()
  answer('get', POST, refusal(404, 'POST_NOT_FOUND'))
  await renderApp(PAGE)

  await screen.findByRole('heading', { name: 'Not found', level: 1 })
  expect(screen.getByRole('link', { name: 'See all posts' })).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull()
})

it('shows the not-found page for an invalid id', async () => {
  asGuest()
  const router = await renderApp('/posts/one')
  expect(router.currentRoute.value.name).toBe('not-found')
})
