import { http, HttpResponse } from 'msw'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { SLUG } from '@/product'
import { ada, answer, api, observe, refusal } from '@/test/api'

import { onSessionEnd, onUserChange, sendAs } from './apiClient'
import { APIError } from './APIError'
import { getCurrentUser, signIn } from './generated/client'

const RENEWAL_KEY = `${SLUG}.session-renewal`

const sessionEnd = vi.fn()
const userChange = vi.fn()

afterEach(() => {
  Reflect.deleteProperty(navigator, 'locks')
})

beforeEach(() => {
  sessionEnd.mockReset()
  userChange.mockReset()
  onSessionEnd(sessionEnd)
  onUserChange(userChange)
  sendAs(() => undefined)
})

async function rejection(call: Promise<unknown>): Promise<APIError> {
  const error: unknown = await call.catch((reason: unknown) => reason)
  if (!(error instanceof APIError)) throw new Error('The call was not rejected with an APIError.')
  return error
}

describe('errors', () => {
  it('carry every field of the API’s error', async () => {
    const details = [{ field: 'email', message: 'Taken.' }]
    answer('post', '/api/auth/signin', refusal(422, 'VALIDATION_FAILED', details))

    const error = await rejection(signIn({ email: 'a@b.example', password: 'x' }))

    expect(error).toMatchObject({
      status: 422,
      code: 'VALIDATION_FAILED',
      internalCode: 42200,
      message: 'The API says VALIDATION_FAILED.',
      details,
      requestId: 'r-1',
    })
  })

  it('report a missing response', async () => {
    api.use(http.get('/api/users/me', () => HttpResponse.error()))
    expect(await rejection(getCurrentUser())).toMatchObject({ status: 0, code: 'NETWORK_ERROR' })
  })

  it('report a response that is not the API’s', async () => {
    api.use(http.get('/api/users/me', () => HttpResponse.html('<h1>Bad gateway</h1>', { status: 502 })))
    expect(await rejection(getCurrentUser())).toMatchObject({ status: 502, code: 'UNEXPECTED_RESPONSE' })
  })
})

describe('a request', () => {
  it('names the user it is sent as', async () => {
    const requests = observe('get', '/api/users/me', { body: { data: ada } })

    await getCurrentUser()
    sendAs(() => ada.id)
    await getCurrentUser()

    expect(requests.map(({ headers }) => headers.get('x-expected-user'))).toEqual([null, ada.id])
  })

  it('is retried as the user it was sent as', async () => {
    sendAs(() => ada.id)
    const requests = observe('get', '/api/users/me', refusal(401, 'NOT_AUTHENTICATED'), refusal(409, 'ANOTHER_USER'))
    answer('post', '/api/auth/refresh', { body: { data: ada } })

    expect(await rejection(getCurrentUser())).toMatchObject({ code: 'ANOTHER_USER' })

    expect(requests.map(({ headers }) => headers.get('x-expected-user'))).toEqual([ada.id, ada.id])
    expect(userChange).toHaveBeenCalledOnce()
  })

  it('of a user who has since left this tab changes nothing', async () => {
    let shown: string | undefined = ada.id
    sendAs(() => shown)
    answer('get', '/api/users/me', refusal(409, 'ANOTHER_USER'))

    const call = rejection(getCurrentUser())
    shown = 'the next one'

    expect(await call).toMatchObject({ code: 'ANOTHER_USER' })
    expect(userChange).not.toHaveBeenCalled()
  })
})

describe('a 401', () => {
  const refused = refusal(401, 'NOT_AUTHENTICATED')
  const accepted = { body: { data: ada } }

  it('renews the session and retries the request', async () => {
    const requests = answer('get', '/api/users/me', refused, accepted)
    const renewals = answer('post', '/api/auth/refresh', accepted)

    await expect(getCurrentUser()).resolves.toEqual({ data: ada })

    expect(requests).toHaveLength(2)
    expect(renewals).toHaveLength(1)
    expect(sessionEnd).not.toHaveBeenCalled()
  })

  it('renews once for concurrent requests', async () => {
    const requests = answer('get', '/api/users/me', refused, refused, refused, accepted)
    const renewals = vi.fn(async () => {
      await vi.waitUntil(() => requests.length === 3)
      return HttpResponse.json(accepted.body)
    })
    api.use(http.post('/api/auth/refresh', renewals))

    await Promise.all([getCurrentUser(), getCurrentUser(), getCurrentUser()])

    expect(requests).toHaveLength(6)
    expect(renewals).toHaveBeenCalledOnce()
  })

  it('renews under the lock that all tabs share', async () => {
    const names: string[] = []
    const locks = {
      request: (name: string, action: () => Promise<unknown>) => {
        names.push(name)
        return action()
      },
    }
    Object.defineProperty(navigator, 'locks', { configurable: true, value: locks })
    answer('get', '/api/users/me', refused, accepted)
    answer('post', '/api/auth/refresh', accepted)

    await getCurrentUser()

    expect(names).toEqual([`${SLUG}.session-renewal`])
  })

  it('reuses a renewal that another tab has finished', async () => {
    const requests = answer('get', '/api/users/me', refused, accepted)
    const renewals = answer('post', '/api/auth/refresh', accepted)

    const call = getCurrentUser()
    localStorage.setItem(RENEWAL_KEY, JSON.stringify({ id: 'another tab', isSignedIn: true }))
    await call

    expect(requests).toHaveLength(2)
    expect(renewals).toHaveLength(0)
  })

  it.each([true, false])(
    'asks the API whatever the clock said at the last renewal (signed in: %s)',
    async (isSignedIn) => {
      const anHourAhead = Date.now() + 3_600_000
      localStorage.setItem(RENEWAL_KEY, JSON.stringify({ endedAt: anHourAhead, isSignedIn }))
      answer('get', '/api/users/me', refused, accepted)
      const renewals = answer('post', '/api/auth/refresh', accepted)

      await expect(getCurrentUser()).resolves.toEqual({ data: ada })

      expect(renewals).toHaveLength(1)
      expect(sessionEnd).not.toHaveBeenCalled()
    },
  )

  it('ignores invalid data in storage', async () => {
    const requests = answer('get', '/api/users/me', refused, accepted)
    answer('post', '/api/auth/refresh', accepted)

    const call = getCurrentUser()
    localStorage.setItem(RENEWAL_KEY, '{"isSignedIn":')

    await expect(call).resolves.toEqual({ data: ada })
    expect(requests).toHaveLength(2)
  })

  it('ends the session once for all waiting requests when it cannot be renewed', async () => {
    answer('get', '/api/users/me', refused)
    const renewals = answer('post', '/api/auth/refresh', refusal(401, 'SESSION_EXPIRED'))

    const errors = await Promise.all([rejection(getCurrentUser()), rejection(getCurrentUser())])

    expect(errors.map(({ code }) => code)).toEqual(['NOT_AUTHENTICATED', 'NOT_AUTHENTICATED'])
    expect(renewals).toHaveLength(1)
    expect(sessionEnd).toHaveBeenCalledWith('SESSION_EXPIRED')
  })

  it('keeps the user signed in while the renewal fails', async () => {
    answer('get', '/api/users/me', refused)
    answer('post', '/api/auth/refresh', refusal(503, 'DATABASE_UNAVAILABLE'))

    expect(await rejection(getCurrentUser())).toMatchObject({ status: 503, code: 'DATABASE_UNAVAILABLE' })
    expect(sessionEnd).not.toHaveBeenCalled()
  })

  it('is retried only once', async () => {
    const requests = answer('get', '/api/users/me', refused)
    const renewals = answer('post', '/api/auth/refresh', accepted)

    expect(await rejection(getCurrentUser())).toMatchObject({ status: 401 })
    expect(requests).toHaveLength(2)
    expect(renewals).toHaveLength(1)
  })

  it('of a sign-in renews nothing', async () => {
    answer('post', '/api/auth/signin', refusal(401, 'INVALID_CREDENTIALS'))
    const renewals = answer('post', '/api/auth/refresh', accepted)

    expect(await rejection(signIn({ email: 'a@b.example', password: 'x' }))).toMatchObject({
      code: 'INVALID_CREDENTIALS',
    })
    expect(renewals).toHaveLength(0)
  })
})
