import userEvent from '@testing-library/user-event'
import { screen, within } from '@testing-library/vue'
import { expect, it } from 'vitest'

import { NAME } from '@/product'
import { answer, asAda, asGuest, observe, pageOf, refusal } from '@/test/api'
import { post } from '@/test/posts'
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

it('deletes the shown version of a post after asking', async () => {
  asAda()
  answer('get', POST, { body: { data: post } })
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
