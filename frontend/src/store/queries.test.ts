import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it } from 'vitest'

import { createPost } from '@/api/generated/client'
import { ada, answer } from '@/test/api'
import { post } from '@/test/posts'

import { useQueriesStore } from './queries'
import { useSessionStore } from './session'

const KEY = ['api', 'posts']

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
  answer('post', '/api/posts', { status: 201, body: { data: post } })
  const { client } = useQueriesStore()
  client.setQueryData(KEY, 'old')

  await createPost({ title: 'On looms', content: 'Text.' })

  expect(client.getQueryState(KEY)?.isInvalidated).toBe(true)
})
