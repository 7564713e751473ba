import userEvent from '@testing-library/user-event'
import { screen, waitFor, within } from '@testing-library/vue'
import { http, HttpResponse } from 'msw'
import { expect, it } from 'vitest'

import { answer, api, asAda, asGuest, observe, pageOf, refusal } from '@/test/api'
import { comment } from '@/test/answers/comments'
import { expectFocus } from '@/test/focus'
import { post, summary } from '@/test/posts'
import { renderApp } from '@/test/renderApp'
import { labelOf, sentenceOf } from '@/utils/counts'

const user = userEvent.setup()
const PAGE = `/posts/${post.id}`
const POST = `/api/posts/${post.id}`
const COMMENTS = `${POST}/comments`

it('shows a guest the comments on a post and invites them to sign in', async () => {
  asGuest()
  answer('get', POST, { body: { data: post } })
  observe('get', COMMENTS, pageOf([comment], { total: 1 }))
  await renderApp(PAGE)

  await screen.findByText('Well said.')
  expect(screen.getByText('Member beef')).toBeTruthy()
  expect(screen.queryByLabelText('Your comment')).toBeNull()
  const invitation = screen.getByText(/to comment/)
  expect(within(invitation).getByRole('link', { name: 'Sign in' }).getAttribute('href')).toContain(PAGE)
})

it('says in lists how many comments a post has, if there are any', async () => {
  asGuest()
  const silent = { ...summary, id: '01980000-0000-7000-8000-00000000000b', title: 'On looms' }
  observe('get', '/api/posts', pageOf([{ ...summary, comment_count: 2 }, silent]))
  await renderApp('/posts')

  const [first, second] = await screen.findAllByRole('article')
  expect(first.textContent).toContain('2 comments')
  expect(second.textContent).not.toContain('comment')
})

it('sends a comment once and shows it', async () => {
  asAda()
  answer('get', POST, { body: { data: post } })
  const mine = { ...comment, author: post.author, content: 'Indeed.' }
  const requests = observe('post', COMMENTS, refusal(503, 'TOO_BUSY'), { status: 201, body: { data: mine } })
  await renderApp(PAGE)

  await user.type(await screen.findByLabelText('Your comment'), ' Indeed. ')
  await user.click(screen.getByRole('button', { name: 'Comment' }))
  await screen.findByText('The API says TOO_BUSY.')
  await user.click(screen.getByRole('button', { name: 'Comment' }))

  await waitFor(() => {
    expect(screen.getByLabelText<HTMLTextAreaElement>('Your comment').value).toBe('')
  })
  expect(screen.getByText('Indeed.')).toBeTruthy()
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
  observe('get', COMMENTS, pageOf([comment, mine], { total: 2 }), pageOf([comment], { total: 1 }))
  const requests = observe('delete', `/api/comments/${mine.id}`, { status: 204 })
  await renderApp(PAGE)

  await user.click(await screen.findByRole('button', { name: 'Delete comment' }))
  await user.click(await screen.findByRole('button', { name: 'Delete' }))

  await screen.findByRole('heading', { name: 'Comments 1' })
  expect(screen.queryByText('Mine.')).toBeNull()
  await waitFor(() => {
    expect(requests).toHaveLength(1)
  })
})

it('shows a comment while it is sent, and takes it back if the API refuses', async () => {
  asAda()
  answer('get', POST, { body: { data: post } })
  await renderApp(PAGE)
  await user.type(await screen.findByLabelText('Your comment'), 'Indeed.')
  let refuse = (): void => undefined
  const refused = new Promise<void>((resolve) => (refuse = resolve))
  const { body } = refusal(503, 'TOO_BUSY')
  api.use(http.post(COMMENTS, () => refused.then(() => HttpResponse.json(body, { status: 503 }))))

  await user.click(screen.getByRole('button', { name: 'Comment' }))
  await screen.findByText('Sending…')
  expect(screen.getByRole('heading', { name: 'Comments 1' })).toBeTruthy()
  refuse()

  await screen.findByText('The API says TOO_BUSY.')
  await screen.findByRole('heading', { name: 'Comments 0' })
  expect(screen.getByLabelText<HTMLTextAreaElement>('Your comment').value).toBe('Indeed.')
})

it('brings a comment back if the API does not delete it', async () => {
  asAda()
  answer('get', POST, { body: { data: post } })
  const mine = { ...comment, author: post.author, content: 'Mine.' }
  observe('get', COMMENTS, pageOf([mine], { total: 1 }))
  observe('delete', `/api/comments/${mine.id}`, refusal(503, 'TOO_BUSY'))
  await renderApp(PAGE)

  await user.click(await screen.findByRole('button', { name: 'Delete comment' }))
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Delete' }))

  await screen.findByText('The API says TOO_BUSY.')
  await screen.findByText('Mine.')
})

it('keeps an unsent comment until the user returns', async () => {
  asAda()
  answer('get', '/api/posts', pageOf([], { total: 0 }))
  answer('get', POST, { body: { data: post } })
  const router = await renderApp(`/posts/${post.id}`)
  await user.type(await screen.findByLabelText('Your comment'), 'Well said.')
  await router.push('/posts')
  await screen.findByText('No posts yet')

  await router.push(`/posts/${post.id}`)

  expect((await screen.findByLabelText<HTMLTextAreaElement>('Your comment')).value).toBe('Well said.')
})

it('sends a comment to the post that is shown, after going back to it', async () => {
  asAda()
  const other = { ...post, id: '01980000-0000-7000-8000-00000000000c', title: 'On looms' }
  for (const each of [post, other]) {
    answer('get', `/api/posts/${each.id}`, { body: { data: each } })
    observe('get', `/api/posts/${each.id}/comments`, pageOf([], { total: 0 }))
  }
  const requests = observe('post', COMMENTS, { status: 201, body: { data: comment } })
  const router = await renderApp(PAGE)
  await screen.findByLabelText('Your comment')
  await router.push(`/posts/${other.id}`)
  await screen.findByRole('heading', { name: 'On looms' })
  await screen.findByLabelText('Your comment')
  await router.push(PAGE)
  await screen.findByRole('heading', { name: post.title })

  await user.type(await screen.findByLabelText('Your comment'), 'Indeed.')
  await user.click(screen.getByRole('button', { name: 'Comment' }))

  await waitFor(() => {
    expect(requests).toHaveLength(1)
  })
})

function says(content: string, index: number) {
  return { ...comment, id: `01980000-0000-7000-8000-0000000000e${index}`, content, author: post.author }
}

it('moves the focus to the next comment when one is deleted, and to the heading after the last one', async () => {
  asAda()
  answer('get', POST, { body: { data: post } })
  const [one, two] = [says('One.', 1), says('Two.', 2)]
  observe('get', COMMENTS, pageOf([one, two], { total: 2 }), pageOf([two], { total: 1 }), pageOf([], { total: 0 }))
  for (const { id } of [one, two]) answer('delete', `/api/comments/${id}`, { status: 204 })
  await renderApp(PAGE)

  for (const [tag, text] of [
    ['LI', 'Two.'],
    ['H2', 'Comments'],
  ] as const) {
    const [button] = await screen.findAllByRole('button', { name: 'Delete comment' })
    await user.click(button)
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Delete' }))
    await expectFocus(tag, text)
  }
})

it('moves the focus to the first new comment when the last page is loaded', async () => {
  asAda()
  answer('get', POST, { body: { data: post } })
  observe(
    'get',
    COMMENTS,
    pageOf([says('One.', 1), says('Two.', 2)], { next_cursor: 'next' }),
    pageOf([says('Three.', 3), says('Four.', 4)]),
  )
  await renderApp(PAGE)

  await user.click(await screen.findByRole('button', { name: 'Load more' }))
  await expectFocus('LI', 'Three.')
})

it('says on dashboards how many comments the user received', () => {
  expect(labelOf('comments').title).toBe('Comments')
  const counts = [
    { name: 'posts', number: 3 },
    { name: 'comments', number: 1 },
  ]
  expect(sentenceOf(counts)).toBe('You wrote 3 posts and received 1 comment.')
})
