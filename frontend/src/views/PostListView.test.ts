import userEvent from '@testing-library/user-event'
import { screen, waitFor, within } from '@testing-library/vue'
import { http, HttpResponse } from 'msw'
import { expect, it, onTestFinished } from 'vitest'

import { mayPrefetch } from '@/router/prefetch'
import { ada, answer, api, asAda, asGuest, observe, pageOf, refusal } from '@/test/api'
import { byNobody, post, summary } from '@/test/posts'
import { renderApp } from '@/test/renderApp'

const user = userEvent.setup()
const other = { ...summary, id: '01980000-0000-7000-8000-00000000000b', title: 'On looms', published: false }

it('shows guests published posts, newest first, with the total', async () => {
  asGuest()
  const requests = observe('get', '/api/posts', pageOf([summary], { total: 1200 }))
  await renderApp('/posts')

  const link = await screen.findByRole('link', { name: 'On engines' })
  expect(link.getAttribute('href')).toBe(`/posts/${summary.id}`)
  expect(screen.getAllByRole('status').filter(({ textContent }) => textContent === '1,200 posts')).toHaveLength(1)
  const shown = within(screen.getByRole('article'))
  for (const text of ['Ada', 'First paragraph.']) expect(shown.getByText(text)).toBeTruthy()
  expect(screen.queryByRole('link', { name: 'New post' })).toBeNull()
  expect(requests.map(({ query }) => query)).toEqual([{ sort: '-created_at', count: 'true' }])
})

it('reads its filters from the URL', async () => {
  asAda()
  const requests = observe('get', '/api/posts', pageOf([other], { total: 1 }))
  await renderApp('/posts?q=loom&scope=drafts&sort=title')

  await screen.findByText('Draft')
  expect(screen.getByLabelText<HTMLInputElement>('Search posts').value).toBe('loom')
  expect(requests.map(({ query }) => query)).toEqual([
    { q: 'loom', author: ada.id, published: 'false', sort: 'title', count: 'true' },
  ])
})

it('searches when the user stops typing and keeps the query in the URL', async () => {
  asAda()
  const requests = observe('get', '/api/posts', pageOf([summary]), pageOf([]))
  const router = await renderApp('/posts')

  await user.type(await screen.findByLabelText('Search posts'), 'loom')

  await screen.findByText('No posts found')
  expect(router.currentRoute.value.query).toEqual({ q: 'loom' })
  expect(requests.map(({ query }) => query.q)).toEqual([undefined, 'loom'])
})

it('switches from all posts to the user’s own', async () => {
  asAda()
  const requests = observe('get', '/api/posts', pageOf([summary]))
  const router = await renderApp('/posts')

  await user.click(await screen.findByRole('link', { name: 'Mine' }))

  await waitFor(() => {
    expect(requests.map(({ query }) => query.author)).toEqual([undefined, ada.id])
  })
  expect(router.currentRoute.value.query).toEqual({ scope: 'mine' })
  expect(screen.getByRole('link', { name: 'Mine' }).getAttribute('aria-current')).toBe('page')
})

it('names the author it filters by, or the end of their id', async () => {
  asAda()
  const requests = observe('get', '/api/posts', pageOf([{ ...summary, author: byNobody }]))
  const router = await renderApp(`/posts?author=${byNobody.id}`)

  await user.click(await screen.findByRole('link', { name: 'By Member beef: show all' }))

  await waitFor(() => {
    expect(requests.map(({ query }) => query.author)).toEqual([byNobody.id, undefined])
  })
  expect(router.currentRoute.value.query).toEqual({})
})

it('loads the next page and retries after a failure', async () => {
  asAda()
  const requests = observe(
    'get',
    '/api/posts',
    pageOf([summary], { next_cursor: 'c1' }),
    refusal(503, 'TOO_BUSY'),
    pageOf([other]),
  )
  await renderApp('/posts')

  await user.click(await screen.findByRole('button', { name: 'Load more' }))
  await screen.findByText('The API says TOO_BUSY.')
  await user.click(screen.getByRole('button', { name: 'Try again' }))

  await screen.findByRole('link', { name: 'On looms' })
  expect(screen.getByRole('link', { name: 'On engines' })).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Load more' })).toBeNull()
  expect(requests.map(({ query }) => query.cursor)).toEqual([undefined, 'c1', 'c1'])
})

it('keeps its place: after Back, all rows are there at once', async () => {
  asAda()
  const requests = observe('get', '/api/posts', pageOf([summary], { next_cursor: 'c1' }), pageOf([other]))
  answer('get', `/api/posts/${post.id}`, { body: { data: post } })
  const router = await renderApp('/posts')
  await user.click(await screen.findByRole('button', { name: 'Load more' }))
  await screen.findByRole('link', { name: 'On looms' })

  await user.click(screen.getByRole('link', { name: 'On engines' }))
  await screen.findByRole('heading', { level: 1, name: 'On engines' })
  router.back()

  await screen.findByRole('heading', { level: 1, name: 'Posts' })
  expect(screen.getByRole('link', { name: 'On looms' })).toBeTruthy()
  expect(requests).toHaveLength(2)
})

it('loads a post when the user points at its link', async () => {
  asAda()
  observe('get', '/api/posts', pageOf([summary, other]))
  const requests = observe('get', '/api/posts/:id', { body: { data: post } })
  await renderApp('/posts')

  await user.hover(await screen.findByRole('link', { name: 'On engines' }))
  await waitFor(() => {
    expect(requests).toHaveLength(1)
  })
  await user.click(screen.getByRole('link', { name: 'On engines' }))
  await screen.findByRole('heading', { level: 1, name: 'On engines' })
  expect(requests).toHaveLength(1)
})

it('loads nothing ahead for a user who saves data', () => {
  Object.defineProperty(navigator, 'connection', { configurable: true, value: { saveData: true } })
  onTestFinished(() => void Reflect.deleteProperty(navigator, 'connection'))
  expect(mayPrefetch()).toBe(false)
})

it('keeps the old rows while others load', async () => {
  asAda()
  observe('get', '/api/posts', pageOf([summary]))
  await renderApp('/posts')
  await screen.findByRole('link', { name: 'On engines' })
  let release = (): void => undefined
  const waiting = new Promise<void>((resolve) => (release = resolve))
  api.use(http.get('/api/posts', () => waiting.then(() => HttpResponse.json(pageOf([other]).body))))

  await user.type(screen.getByLabelText('Search posts'), 'loom')

  await waitFor(() => {
    expect(screen.getByRole('link', { name: 'On engines' }).closest('[aria-busy="true"]')).toBeTruthy()
  })
  expect(screen.queryByRole('status', { name: 'Loading posts' })).toBeNull()
  release()
  await screen.findByRole('link', { name: 'On looms' })
  expect(screen.queryByRole('link', { name: 'On engines' })).toBeNull()
})

it('loads automatically when the network returns', async () => {
  asAda()
  observe('get', '/api/posts', refusal(503, 'DATABASE_UNAVAILABLE'), pageOf([summary]))
  await renderApp('/posts')
  await screen.findByText('This didn’t load')

  window.dispatchEvent(new Event('offline'))
  await screen.findByText('You’re offline')
  expect(screen.getByText(/may be out of date/)).toBeTruthy()

  window.dispatchEvent(new Event('online'))
  await screen.findByRole('link', { name: 'On engines' })
})
