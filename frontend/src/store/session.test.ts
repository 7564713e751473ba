import { createPinia, setActivePinia } from 'pinia'
import { nextTick } from 'vue'
import { beforeEach, expect, it } from 'vitest'

import { SLUG } from '@/product'
import { ada, answer, refusal } from '@/test/api'
import { SIGNED_OUT } from '@/utils/sessionEnd'

import { SIGNED_IN_KEY, useSessionStore } from './session'

beforeEach(() => {
  localStorage.clear()
  setActivePinia(createPinia())
})

/** As the API marks a browser that has a session. */
function mark(): void {
  document.cookie = `${SLUG}-8140-signed-in=1; Path=/`
}

it('asks nothing for a guest', async () => {
  const users = answer('get', '/api/users/me', refusal(401, 'NOT_AUTHENTICATED'))
  const renewals = answer('post', '/api/auth/refresh', refusal(401, 'SESSION_EXPIRED'))
  const session = useSessionStore()

  await session.restore()

  expect(session.isSignedIn).toBe(false)
  expect([users.length, renewals.length]).toEqual([0, 0])
})

it('finds the session of a browser that lost its hint and restores the hint', async () => {
  mark()
  answer('get', '/api/users/me', { body: { data: ada } })
  const session = useSessionStore()

  await session.restore()
  await nextTick()

  expect(session.user).toEqual(ada)
  expect(localStorage.getItem(SIGNED_IN_KEY)).toBe(ada.id)
  session.forget()
  await nextTick()
  expect(localStorage.getItem(SIGNED_IN_KEY)).toBeNull()
})

it('asks once about a session that has ended', async () => {
  mark()
  const users = answer('get', '/api/users/me', refusal(401, 'NOT_AUTHENTICATED'))
  answer('post', '/api/auth/refresh', refusal(401, 'SESSION_REVOKED'))
  const session = useSessionStore()

  await session.restore()
  expect(session.isSignedIn).toBe(false)
  await session.refresh()

  expect(users).toHaveLength(1)
  expect(document.cookie).toBe('')
})

it('does not mistake an unreachable API for a guest', async () => {
  mark()
  answer('get', '/api/users/me', refusal(503, 'DATABASE_UNAVAILABLE'))

  const session = useSessionStore()
  await expect(session.restore()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
  session.forget()
})

it('remembers why the last user’s session ended', () => {
  const session = useSessionStore()
  session.accept(ada)

  session.end('SESSION_REVOKED')

  expect(session.user).toBeNull()
  expect(session.ended).toEqual({ userId: ada.id, email: ada.email, reason: 'SESSION_REVOKED' })
  session.accept(ada)
  expect(session.ended).toBeNull()
})

it('distinguishes a sign-out in another tab from the end of a session', () => {
  const session = useSessionStore()
  session.accept(ada)
  localStorage.setItem(SIGNED_IN_KEY, SIGNED_OUT)

  session.end('SESSION_EXPIRED')

  expect(session.ended?.reason).toBe(SIGNED_OUT)
})

it('explains nothing to a guest', () => {
  const session = useSessionStore()
  session.end('SESSION_EXPIRED')
  expect(session.ended).toBeNull()
})
