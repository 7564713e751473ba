import { type DefaultBodyType, http, HttpResponse, type JsonBodyType } from 'msw'
import { setupServer } from 'msw/node'

import type { ErrorCode, ErrorDetailBody, UserResponse } from '@/api/generated/client'

/** Stands in for the API at the network; everything in front of it is real. */
export const api = setupServer()

export const ada: UserResponse = {
  id: '01980000-0000-7000-8000-000000000001',
  email: 'ada@example.com',
  name: 'Ada',
  is_verified: false,
  roles: ['member'],
  permissions: [],
  avatar_url: null,
  created_at: '2026-05-04T09:30:00Z',
}

interface Answer {
  status?: number
  body?: JsonBodyType
}

/**
 * Answer calls of `path` with `answers` in turn, the last one again and again.
 *
 * @returns the bodies of the requests that came.
 */
export function answer(method: 'get' | 'post', path: string, ...answers: [Answer, ...Answer[]]): DefaultBodyType[] {
  const received: DefaultBodyType[] = []
  api.use(
    http[method](path, async ({ request }) => {
      const { status = 200, body } = answers[Math.min(received.length, answers.length - 1)] ?? answers[0]
      received.push(await bodyOf(request))
      return body === undefined ? new HttpResponse(null, { status }) : HttpResponse.json(body, { status })
    }),
  )
  return received
}

/** Return an answer in the API's one shape of errors. */
export function refusal(status: number, code: ErrorCode, details: ErrorDetailBody[] = []): Answer {
  const error = { code, internal_code: status * 100, message: `The API says ${code}.`, details, request_id: 'r-1' }
  return { status, body: { error } }
}

async function bodyOf(request: Request): Promise<DefaultBodyType> {
  const text = await request.text()
  return text ? (JSON.parse(text) as DefaultBodyType) : null
}
