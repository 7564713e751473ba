import { createPinia, setActivePinia } from 'pinia'
import { nextTick } from 'vue'
import { beforeEach, expect, it } from 'vitest'

import { ada, answer, refusal } from '@/test/api'

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

it('finds the session of a browser that forgot its hint, and remembers it', async () => {
  answer('get', '/api/users/me', { body: { data: ada } })
  answer('post', '/api/auth/refresh', { body: { data: ada } })
  const session = useSessionStore()

  await session.restore()
  await nextTick()

  expect(session.user).toEqual(ada)
  expect(localStorage.getItem(SIGNED_IN_KEY)).toBe('yes')
  session.forget()
  await nextTick()
  expect(localStorage.getItem(SIGNED_IN_KEY)).toBeNull()
})

it('does not take an API out of reach for a guest', async () => {
  answer('post', '/api/auth/refresh', refusal(503, 'DATABASE_UNAVAILABLE'))

  await expect(useSessionStore().restore()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' })
})
