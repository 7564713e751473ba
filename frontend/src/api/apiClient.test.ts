import { http, HttpResponse } from 'msw'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { ada, answer, api, refusal } from '@/test/api'

import { onSessionEnd } from './apiClient'
import { APIError } from './APIError'
import { getCurrentUser, signIn } from './generated/client'

const sessionEnd = vi.fn()

afterEach(() => {
  Reflect.deleteProperty(navigator, 'locks')
})

beforeEach(() => {
  sessionEnd.mockReset()
  onSessionEnd(sessionEnd)
})

async function rejection(call: Promise<unknown>): Promise<APIError> {
  const error: unknown = await call.catch((reason: unknown) => reason)
  if (!(error instanceof APIError)) throw new Error('The call was not rejected with an APIError.')
  return error
}

describe('errors', () => {
  it('carry everything the API says', async () => {
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

  it('say so when no answer comes', async () => {
    api.use(http.get('/api/users/me', () => HttpResponse.error()))
    expect(await rejection(getCurrentUser())).toMatchObject({ status: 0, code: 'NETWORK_ERROR' })
  })

  it('say so when something else than the API answers', async () => {
    api.use(http.get('/api/users/me', () => HttpResponse.html('<h1>Bad gateway</h1>', { status: 502 })))
    expect(await rejection(getCurrentUser())).toMatchObject({ status: 502, code: 'UNEXPECTED_RESPONSE' })
  })
})

describe('a 401', () => {
  const refused = refusal(401, 'NOT_AUTHENTICATED')
  const accepted = { body: { data: ada } }

  it('renews the session and sends the request again', async () => {
    const requests = answer('get', '/api/users/me', refused, accepted)
    const renewals = answer('post', '/api/auth/refresh', accepted)

    await expect(getCurrentUser()).resolves.toEqual({ data: ada })

    expect(requests).toHaveLength(2)
    expect(renewals).toHaveLength(1)
    expect(sessionEnd).not.toHaveBeenCalled()
  })

  it('renews once for many requests at the same time', async () => {
    const requests = answer('get', '/api/users/me', refused, refused, refused, accepted)
    const renewals = answer('post', '/api/auth/refresh', accepted)

    await Promise.all([getCurrentUser(), getCurrentUser(), getCurrentUser()])

    expect(requests).toHaveLength(6)
    expect(renewals).toHaveLength(1)
  })

  it('renews through the lock that all tabs of the browser share', async () => {
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

    expect(names).toEqual(['lamina.session-renewal'])
  })

  it('takes over the renewal that another tab finished meanwhile', async () => {
    const requests = answer('get', '/api/users/me', refused, accepted)
    const renewals = answer('post', '/api/auth/refresh', accepted)
    localStorage.setItem('lamina.session-renewal', JSON.stringify({ endedAt: Date.now() + 1000, isSignedIn: true }))

    await getCurrentUser()

    expect(requests).toHaveLength(2)
    expect(renewals).toHaveLength(0)
  })

  it('ends the session when it cannot be renewed, once for all that waited', async () => {
    answer('get', '/api/users/me', refused)
    const renewals = answer('post', '/api/auth/refresh', refusal(401, 'SESSION_EXPIRED'))

    const errors = await Promise.all([rejection(getCurrentUser()), rejection(getCurrentUser())])

    expect(errors.map(({ code }) => code)).toEqual(['NOT_AUTHENTICATED', 'NOT_AUTHENTICATED'])
    expect(renewals).toHaveLength(1)
    expect(sessionEnd).toHaveBeenCalled()
  })

  it('signs nobody out while the renewal itself fails', async () => {
    answer('get', '/api/users/me', refused)
    answer('post', '/api/auth/refresh', refusal(503, 'DATABASE_UNAVAILABLE'))

    expect(await rejection(getCurrentUser())).toMatchObject({ status: 503, code: 'DATABASE_UNAVAILABLE' })
    expect(sessionEnd).not.toHaveBeenCalled()
  })

  it('is not answered by a second retry', async () => {
    const requests = answer('get', '/api/users/me', refused)
    const renewals = answer('post', '/api/auth/refresh', accepted)

    expect(await rejection(getCurrentUser())).toMatchObject({ status: 401 })
    expect(requests).toHaveLength(2)
    expect(renewals).toHaveLength(1)
  })

  it('of the auth endpoints is about what was typed in and renews nothing', async () => {
    answer('post', '/api/auth/signin', refusal(401, 'INVALID_CREDENTIALS'))
    const renewals = answer('post', '/api/auth/refresh', accepted)

    expect(await rejection(signIn({ email: 'a@b.example', password: 'x' }))).toMatchObject({
      code: 'INVALID_CREDENTIALS',
    })
    expect(renewals).toHaveLength(0)
  })
})
