import { expect, it } from 'vitest'

import { APIError } from './APIError'
import { invalidate, makeQueryClient } from './queryClient'

const FACTS = { internalCode: 0, message: 'No.', details: [], requestId: null, retryAfter: 0 }
const away = new APIError({ ...FACTS, status: 0, code: 'NETWORK_ERROR' })
const busy = new APIError({ ...FACTS, status: 503, code: 'TOO_BUSY' })
const missing = new APIError({ ...FACTS, status: 404, code: 'USER_NOT_FOUND' })
const broken = new APIError({ ...FACTS, status: 500, code: 'INTERNAL_ERROR' })

it.each([
  [away, 2],
  [busy, 2],
  [missing, 1],
  [broken, 1],
])('tries again once, and only what may pass: %s', async (error, attempts) => {
  let count = 0
  const answer = makeQueryClient().query({
    queryKey: ['users'],
    queryFn: () => {
      count += 1
      return Promise.reject(error)
    },
  })

  await expect(answer).rejects.toBe(error)
  expect(count).toBe(attempts)
})

it('invalidates a part of the API, infinite lists included', async () => {
  const client = makeQueryClient()
  const keys = [
    ['api', 'users', 'a'],
    ['infinite', 'api', 'users', { q: 'loom' }],
    ['api', 'jobs'],
  ]
  for (const key of keys) client.setQueryData(key, {})

  await invalidate(client, ['api', 'users'])

  expect(keys.map((key) => client.getQueryState(key)?.isInvalidated)).toEqual([true, true, false])
})
