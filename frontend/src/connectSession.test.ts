import userEvent from '@testing-library/user-event'
import { screen, waitFor } from '@testing-library/vue'
import { beforeEach, expect, it, vi } from 'vitest'

import { SLUG } from '@/product'
import { SIGNED_IN_KEY, useSessionStore } from '@/store/session'
import { ada, answer, observe, refusal } from '@/test/api'
import { withoutProviders } from '@/test/identity'
import { asAda, asGuest, pageOf, post } from '@/test/posts'
import { sendEvent } from '@/test/live'
import { renderApp } from '@/test/renderApp'
import { loadDocument } from '@/utils/page'

vi.mock('@/utils/page', () => ({ loadDocument: vi.fn(), isReplacingDocument: () => false }))

const user = userEvent.setup()
const GRACE = '01980000-0000-7000-8000-0000000000ff'

beforeEach(() => {
  vi.mocked(loadDocument).mockReset()
  observe('get', '/api/posts', pageOf([], { total: 0 }))
  withoutProviders()
})

const becomesVisible = () => document.dispatchEvent(new Event('visibilitychange'))
const isRestored = () => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
const hearsOfAnotherSignIn = () => dispatchEvent(new StorageEvent('storage', { key: SIGNED_IN_KEY, newValue: GRACE }))
const streamIsAnothers = () => {
  sendEvent('ready', { user_id: GRACE })
}

it.each([becomesVisible, isRestored, hearsOfAnotherSignIn, streamIsAnothers])(
  'reloads when the cookies belong to another user: %o',
  async (happens) => {
    asAda()
    observe('get', '/api/notifications', pageOf([]))
    await renderApp('/posts')
    await screen.findByText('No posts yet')
    const requests = observe('get', '/api/users/me', refusal(409, 'ANOTHER_USER'))

    happens()

    await waitFor(() => {
      expect(loadDocument).toHaveBeenCalledOnce()
    })
    expect(requests[0]?.headers.get('x-expected-user')).toBe(ada.id)
  },
)

it('says who is signed in after the reload', async () => {
  sessionStorage.setItem(`${SLUG}.user-changed`, 'yes')
  asAda()
  await renderApp('/posts')
  await screen.findByText(`You’re now signed in as ${ada.email}, as in your other tab.`)
  expect(sessionStorage.getItem(`${SLUG}.user-changed`)).toBeNull()
})

it('refuses to change anything as another user', async () => {
  asAda()
  answer('post', '/api/posts', refusal(409, 'ANOTHER_USER'))
  await renderApp('/posts/new')
  await user.type(await screen.findByLabelText('Title'), 'On engines')
  await user.type(screen.getByLabelText('Content'), 'Text.')
  await user.click(screen.getByRole('button', { name: 'Save draft' }))

  await waitFor(() => {
    expect(loadDocument).toHaveBeenCalledOnce()
  })
  expect(sessionStorage.getItem(`${SLUG}.draft.${ada.id}.post`)).toContain('On engines')
})

it('does not ask repeatedly for guests', async () => {
  asGuest()
  localStorage.clear()
  await renderApp('/posts')
  await screen.findByText('No posts yet')
  const requests = observe('get', '/api/users/me', { body: { data: ada } })
  becomesVisible()
  expect(requests).toHaveLength(0)

  localStorage.setItem(SIGNED_IN_KEY, ada.id)
  hearsOfAnotherSignIn()
  await waitFor(() => {
    expect(loadDocument).toHaveBeenCalledOnce()
  })
})

it('reloads a public page when the session ends and says why', async () => {
  asAda()
  answer('get', `/api/posts/${post.id}`, { body: { data: post } })
  observe('get', `/api/posts/${post.id}/comments`, pageOf([], { total: 0 }))
  await renderApp(`/posts/${post.id}`)
  await screen.findByRole('link', { name: 'Edit' })
  asGuest()
  becomesVisible()

  await screen.findByText('Your session has ended. You’re now browsing as a guest.')
  await screen.findByText('to comment.', { exact: false })
  expect(useSessionStore().isSignedIn).toBe(false)
})

it('goes to the sign-in page after a sign-out in another tab', async () => {
  asAda()
  observe('get', '/api/reports', pageOf([]))
  const router = await renderApp('/reports')
  await screen.findByText('No reports yet')
  asGuest()
  localStorage.setItem(SIGNED_IN_KEY, 'signed-out')
  dispatchEvent(new StorageEvent('storage', { key: SIGNED_IN_KEY, newValue: 'signed-out' }))

  await screen.findByText(/You signed out in another tab/)
  expect(router.currentRoute.value.query.redirect).toBe('/reports')
})
