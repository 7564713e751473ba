import userEvent from '@testing-library/user-event'
import { screen, waitFor, within } from '@testing-library/vue'
import { http, HttpResponse } from 'msw'
import { expect, it } from 'vitest'

import { onSessionEnd } from '@/api/apiClient'
import type { NotificationResponse } from '@/api/generated/client'
import { useSessionStore } from '@/store/session'
import { ada, answer, answered, api, asAda, hold, observe, pageOf, refusal } from '@/test/api'
import { refuseStream, sendEvent, streams } from '@/test/live'
import { renderApp } from '@/test/renderApp'
import { setTabHidden } from '@/test/visibility'

const user = userEvent.setup()

const shared: NotificationResponse = {
  id: '01980000-0000-7000-8000-0000000000e1',
  kind: 'test',
  message: 'Grace shared “On engines”.',
  link: '/posts',
  read_at: null,
  created_at: '2026-05-06T09:30:00Z',
}
const second = { ...shared, id: shared.id.replace(/1$/, '2'), message: 'Edsger shared “On engines”.' }
const read = { ...shared, read_at: '2026-05-06T10:00:00Z' }

function inbox(notifications: NotificationResponse[]) {
  const { body } = pageOf(notifications)
  const unread = notifications.filter(({ read_at: readAt }) => readAt === null).length
  return { body: { ...body, meta: { ...body.meta, unread } } }
}

async function openApp(path = '/notifications') {
  asAda()
  const router = await renderApp(path)
  await screen.findByRole('button', { name: /^Notifications/ })
  return router
}

it('counts unread and live notifications once each', async () => {
  answer('get', '/api/notifications', inbox([shared]))
  await openApp()

  sendEvent('ready', { user_id: ada.id })
  await screen.findByRole('button', { name: 'Notifications, 1 unread' })
  sendEvent('notification', second)
  sendEvent('notification', second)

  await screen.findByRole('button', { name: 'Notifications, 2 unread' })
  expect(streams().map(({ url }) => url)).toEqual(['/api/events'])
})

it('keeps a notification that arrives while the list is loading', async () => {
  const requests: Request[] = []
  api.events.on('request:start', ({ request }) => requests.push(request))
  const release = hold('get', '/api/notifications', inbox([]))
  await openApp()
  await waitFor(() => {
    expect(requests.map(({ url }) => new URL(url).pathname)).toContain('/api/notifications')
  })
  api.events.removeAllListeners()

  answer('get', '/api/notifications', inbox([second]))
  sendEvent('notification', second)
  release()

  await screen.findByRole('button', { name: 'Notifications, 1 unread' })
})

it('says that there is nothing only once the list has loaded', async () => {
  const release = hold('get', '/api/notifications', inbox([]))
  await openApp()

  await user.click(screen.getByRole('button', { name: 'Notifications' }))
  const list = within(await screen.findByRole('region', { name: 'Notifications' }))
  list.getByRole('status', { name: 'Loading notifications' })
  expect(list.queryByText(/^No notifications yet/)).toBeNull()
  release()

  await list.findByText(/^No notifications yet/)
})

it('marks a notification as read when its link is followed', async () => {
  answer('get', '/api/notifications', inbox([shared]))
  const marks = observe('post', `/api/notifications/${shared.id}/read`, { body: { data: read } })
  answer('get', '/api/posts', pageOf([], { total: 0 }))
  const router = await openApp()
  sendEvent('ready', { user_id: ada.id })

  await user.click(await screen.findByRole('button', { name: 'Notifications, 1 unread' }))
  const menu = within(await screen.findByRole('region', { name: 'Notifications' }))
  answer('get', '/api/notifications', inbox([read]))
  await user.click(menu.getByRole('link', { name: /Grace shared/ }))

  await waitFor(() => {
    expect(marks).toHaveLength(1)
  })
  await screen.findByRole('button', { name: 'Notifications' })
  await waitFor(() => {
    expect(router.currentRoute.value.path).toBe(shared.link)
  })
})

it('marks all as read and loads older ones on demand', async () => {
  const { body } = inbox([shared])
  answer('get', '/api/notifications', { body: { ...body, meta: { ...body.meta, next_cursor: 'c1' } } })
  const marks = observe('post', '/api/notifications/read-all', { status: 204 })
  await openApp()
  await screen.findByText(shared.message)
  sendEvent('ready', { user_id: ada.id })
  await answered()

  const requests = observe('get', '/api/notifications', inbox([second]))
  await user.click(await screen.findByRole('button', { name: 'Load more' }))
  await waitFor(() => {
    expect(requests.some(({ query }) => query.cursor === 'c1')).toBe(true)
  })
  answer('get', '/api/notifications', inbox([read]))
  await user.click(await screen.findByRole('button', { name: 'Mark all as read' }))

  await screen.findByRole('button', { name: 'Notifications' })
  await waitFor(() => {
    expect(marks).toHaveLength(1)
  })
})

it('shows at once that a notification is read, and takes it back if the API refuses', async () => {
  answer('get', '/api/notifications', inbox([shared]))
  await openApp()
  sendEvent('ready', { user_id: ada.id })
  await screen.findByRole('button', { name: 'Notifications, 1 unread' })
  let refuse = (): void => undefined
  const refused = new Promise<void>((resolve) => (refuse = resolve))
  const { body } = refusal(503, 'TOO_BUSY')
  api.use(http.post('/api/notifications/read-all', () => refused.then(() => HttpResponse.json(body, { status: 503 }))))

  await user.click(screen.getByRole('button', { name: 'Mark all as read' }))
  await screen.findByRole('button', { name: 'Notifications' })
  refuse()

  await screen.findByText('The API says TOO_BUSY.')
  await screen.findByRole('button', { name: 'Notifications, 1 unread' })
})

it('renews the session when the stream is refused and reopens it', async () => {
  answer('get', '/api/notifications', inbox([]))
  await openApp()
  const questions = observe('get', '/api/users/me', refusal(401, 'NOT_AUTHENTICATED'), { body: { data: ada } })
  const renewals = answer('post', '/api/auth/refresh', { body: { data: ada } })

  refuseStream()

  await waitFor(() => {
    expect(streams()).toHaveLength(2)
  })
  expect(questions).toHaveLength(2)
  expect(renewals).toHaveLength(1)
})

it('stops listening when the session cannot be renewed', async () => {
  answer('get', '/api/notifications', inbox([]))
  await openApp()
  onSessionEnd(() => {
    useSessionStore().forget()
    return Promise.resolve(false)
  })
  answer('get', '/api/users/me', refusal(401, 'NOT_AUTHENTICATED'))
  const renewals = answer('post', '/api/auth/refresh', refusal(401, 'SESSION_EXPIRED'))

  refuseStream()

  await screen.findByRole('link', { name: 'Sign in' })
  expect(renewals).toHaveLength(1)
  expect(streams()).toHaveLength(1)
})

it('closes the stream on sign-out and while the tab is hidden', async () => {
  answer('get', '/api/notifications', inbox([]))
  answer('post', '/api/auth/signout', { status: 204 })
  await openApp()

  setTabHidden(true)
  expect(streams().map(({ readyState }) => readyState)).toEqual([EventSource.CLOSED])
  setTabHidden(false)
  expect(streams()).toHaveLength(2)

  await user.click(await screen.findByRole('button', { name: 'Account menu' }))
  await user.click(await screen.findByRole('menuitem', { name: 'Sign out' }))
  await screen.findByRole('heading', { name: 'Welcome back' })
  expect(streams().map(({ readyState }) => readyState)).toEqual([EventSource.CLOSED, EventSource.CLOSED])
})
