import { createPinia, setActivePinia } from 'pinia'
import { nextTick } from 'vue'
import { beforeEach, expect, it } from 'vitest'

import { ada, answer, refusal } from '@/test/api'
import { SIGNED_OUT } from '@/utils/sessionEnd'

import { SIGNED_IN_KEY, useSessionStore } from './session'

beforeEach(() => {
  localStorage.clear()
  setActivePinia(createPinia())
})

it('costs a guest one refusal, not two', async () => {
  const users = answer('get', '/api/users/me', refusal(401, 'NOT_AUTHENTICATED'))
  const renewals = answer('post', '/api/auth/refresh', refusal(401, 'SESSION_EXPIRED'))
  const session = useSessionStore()

  await session.restore()

  expect(session.isSignedIn).toBe(false)
  expect([users.length, renewals.length]).toEqual([0, 1])
})

it('finds the session of a browser that lost its hint and restores the hint', async () => {
  answer('get', '/api/users/me', { body: { data: ada } })
  answer('post', '/api/auth/refresh', { body: { data: ada } })
  const session = useSessionStore()

  await session.restore()
  await nextTick()

  expect(session.user).toEqual(ada)
  expect(localStorage.getItem(SIGNED_IN_KEY)).toBe(ada.id)
  session.forget()
  await nextTick()
  expect(localStorage.getItem(SIGNED_IN_KEY)).toBeNull()
})

it('does not mistake an unreachable API for a guest', async () => {
  answer('post', '/api/auth/refresh', refusal(503, 'DATABASE_UNAVAILABLE'))

  await expect(useSessionStore().restore()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
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
