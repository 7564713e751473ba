import { render } from '@testing-library/vue'
import { http, HttpResponse } from 'msw'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import UserAvatar from '@/components/UserAvatar.vue'
import { useLiveStore } from '@/store/live'
import { useSessionStore } from '@/store/session'
import { ada, answer, api, observe, refusal } from '@/test/api'
import { streams } from '@/test/live'
import { startAddress } from '@/utils/providers'
import { vuetify } from '@/vuetify'

import { apiAddress, isApiElsewhere } from './address'
import { getCurrentUser } from './generated/client'

const API = 'https://api.example.com'
// The browser of the tests lets a page read no more than these allow.
const headers = {
  'Access-Control-Allow-Origin': location.origin,
  'Access-Control-Allow-Credentials': 'true',
  'Access-Control-Allow-Headers': 'X-Expected-User',
}
const guest = { ...refusal(401, 'NOT_AUTHENTICATED'), headers }
const user = { body: { data: ada }, headers }

it('has the API on the server of the page', () => {
  expect(apiAddress('/api/ping')).toBe('/api/ping')
  expect(isApiElsewhere()).toBe(false)
})

describe('with the API on another server', () => {
  beforeEach(() => {
    vi.stubEnv('VITE_API_URL', `${API}/`)
    localStorage.clear()
    api.use(http.options(`${API}/*`, () => new HttpResponse(null, { status: 204, headers })))
    setActivePinia(createPinia())
  })
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  it('names it in addresses that the browser opens', () => {
    expect(isApiElsewhere()).toBe(true)
    expect(startAddress('example', { redirect: '/posts' })).toBe(`${API}/api/auth/oidc/example/start?redirect=%2Fposts`)
  })

  it('shows pictures from there', () => {
    const props = { name: 'Ada', url: '/api/users/1/avatar?v=2' }
    const { container } = render(UserAvatar, { props, global: { plugins: [vuetify] } })

    const picture = container.querySelector('img')
    expect(picture?.getAttribute('src')).toBe(`${API}/api/users/1/avatar?v=2&size=64`)
    // Without it, the browser would not show what `Cross-Origin-Resource-Policy` keeps for the API's own pages.
    expect(picture?.getAttribute('crossorigin')).toBe('use-credentials')
  })

  it('hears live events from there, with the cookies of the user', () => {
    useLiveStore()
    useSessionStore().accept(ada)

    expect(streams()).toMatchObject([{ url: `${API}/api/events`, withCredentials: true }])
    useSessionStore().forget()
  })

  it('sends requests and renewals there', async () => {
    const requests = observe('get', `${API}/api/users/me`, guest, user)
    const renewals = answer('post', `${API}/api/auth/refresh`, { status: 204, headers })

    await expect(getCurrentUser()).resolves.toEqual({ data: ada })

    expect([requests.length, renewals.length]).toEqual([2, 1])
  })

  it('asks once who is signed in, because it cannot read the mark of a session', async () => {
    const users = answer('get', `${API}/api/users/me`, guest)
    answer('post', `${API}/api/auth/refresh`, { ...refusal(401, 'SESSION_EXPIRED'), headers })
    const session = useSessionStore()

    await session.restore()
    await session.restore()
    await session.check()

    expect(session.isSignedIn).toBe(false)
    expect(users).toHaveLength(1)
  })

  it('finds a session that began at a provider', async () => {
    answer('get', `${API}/api/users/me`, user)
    const session = useSessionStore()

    await session.restore()

    expect(session.user).toEqual(ada)
    session.forget()
  })
})
