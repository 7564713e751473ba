import axios from 'axios'
import { type DefaultBodyType, http, HttpResponse, type JsonBodyType } from 'msw'
import { setupServer } from 'msw/node'

import { apiClient } from '@/api/apiClient'
import type { ErrorCode, ErrorDetailBody, ListMeta, UserResponse } from '@/api/generated/client'

/** A mock of the API at the network level; the rest of the app is real. */
export const api = setupServer()

let unanswered = 0

const send = axios.getAdapter(apiClient.defaults.adapter)
apiClient.defaults.adapter = async (config) => {
  unanswered += 1
  return send(config).finally(() => (unanswered -= 1))
}

/** Wait until the app has an answer to all that it has asked. */
export async function answered(): Promise<void> {
  do await new Promise((resolve) => setTimeout(resolve))
  while (unanswered > 0)
}

export const ada: UserResponse = {
  id: '01980000-0000-7000-8000-000000000001',
  email: 'ada@example.com',
  name: 'Ada',
  is_verified: false,
  roles: ['member'],
  permissions: [],
  withheld_roles: [],
  avatar_url: null,
  language: null,
  created_at: '2026-05-04T09:30:00Z',
}

interface Answer {
  status?: number
  body?: JsonBodyType
  headers?: Record<string, string>
}

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

export interface Received {
  query: Record<string, string>
  headers: Headers
  body: DefaultBodyType
}

/** Answer like `answer`, and return the full requests. */
export function observe(method: Method, path: string, ...answers: [Answer, ...Answer[]]): Received[] {
  const received: Received[] = []
  handle(method, path, answers, (request) => received.push(request))
  return received
}

/**
 * Answer calls of `path` with `answers` in turn, the last one again and again.
 *
 * @returns the bodies of the requests that came.
 */
export function answer(method: Method, path: string, ...answers: [Answer, ...Answer[]]): DefaultBodyType[] {
  const bodies: DefaultBodyType[] = []
  handle(method, path, answers, ({ body }) => bodies.push(body))
  return bodies
}

/** Answer calls of `path` once the returned function is called. */
export function hold(method: Method, path: string, { status = 200, body }: Answer): () => void {
  let release: () => void = () => undefined
  const released = new Promise<void>((resolve) => (release = resolve))
  api.use(
    http[method](path, async () => {
      await released
      return HttpResponse.json(body, { status })
    }),
  )
  return release
}

/** Return an error response in the API's shape. */
export function refusal(status: number, code: ErrorCode, details: ErrorDetailBody[] = []): Answer {
  const error = { code, internal_code: status * 100, message: `The API says ${code}.`, details, request_id: 'r-1' }
  return { status, body: { error } }
}

function handle(
  method: Method,
  path: string,
  answers: [Answer, ...Answer[]],
  onRequest: (request: Received) => number,
): void {
  let count = 0
  api.use(
    http[method](path, async ({ request }) => {
      const { status = 200, body, headers } = answers[Math.min(count++, answers.length - 1)] ?? answers[0]
      const query = Object.fromEntries(new URL(request.url).searchParams)
      onRequest({ query, headers: request.headers, body: await bodyOf(request) })
      return body === undefined
        ? new HttpResponse(null, { status, headers })
        : HttpResponse.json(body, { status, headers })
    }),
  )
}

async function bodyOf(request: Request): Promise<DefaultBodyType> {
  const text = await request.text()
  return text ? (JSON.parse(text) as DefaultBodyType) : null
}

/** Return a response with one page of a list. */
export function pageOf(data: object[], meta: Partial<ListMeta> = {}) {
  return { body: { data, meta: { limit: 20, next_cursor: null, ...meta } } }
}

export function asGuest(): void {
  answer('get', '/api/users/me', refusal(401, 'NOT_AUTHENTICATED'))
  answer('post', '/api/auth/refresh', refusal(401, 'SESSION_EXPIRED'))
}

export function asAda(): void {
  answer('get', '/api/users/me', { body: { data: ada } })
}
