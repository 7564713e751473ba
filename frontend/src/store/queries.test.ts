import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it } from 'vitest'

import { readAllNotifications } from '@/api/generated/client'
import { ada, answer } from '@/test/api'

import { useQueriesStore } from './queries'
import { useSessionStore } from './session'

const KEY = ['api', 'users']

beforeEach(() => {
  setActivePinia(createPinia())
})

it('forgets what was cached when the user changes or signs out', () => {
  const session = useSessionStore()
  session.accept(ada)
  const { client } = useQueriesStore()

  client.setQueryData(KEY, 'of Ada')
  session.accept({ ...ada, name: 'Countess' })
  expect(client.getQueryData(KEY)).toBe('of Ada')

  session.forget()
  expect(client.getQueryData(KEY)).toBeUndefined()
})

it('asks again after any change, when a page is next opened', async () => {
  answer('post', '/api/notifications/read-all', { status: 204 })
  const { client } = useQueriesStore()
  client.setQueryData(KEY, 'old')

  await readAllNotifications()

  expect(client.getQueryState(KEY)?.isInvalidated).toBe(true)
})
