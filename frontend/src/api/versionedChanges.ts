import type { AxiosRequestConfig } from 'axios'

import { versionTag } from '@/utils/versions'

/** A change of one version that the API has not answered yet. */
interface Change {
  from: string
  answer: Promise<unknown>
}

/** The last such change of each address. */
const changes = new Map<string, Change>()

/**
 * Send a request, after the changes of its address that this tab has sent with `If-Match`. What is read before they are
 * answered would be out of date at once. A change of the same version is sent for the version that they lead to:
 * otherwise it would conflict with the user's own change.
 */
export function inTurn<Answer>(
  config: AxiosRequestConfig,
  send: (config: AxiosRequestConfig) => Promise<Answer>,
): Promise<Answer> {
  const { url = '', method = 'GET' } = config
  const from = versionIn(config)
  if (method !== 'GET' && from === undefined) return send(config)
  const answer = sendAfter(changes.get(url), config, send)
  if (from !== undefined) remember(url, { from, answer })
  return answer
}

async function sendAfter<Answer>(
  earlier: Change | undefined,
  config: AxiosRequestConfig,
  send: (config: AxiosRequestConfig) => Promise<Answer>,
): Promise<Answer> {
  if (!earlier) return send(config)
  const next = nextVersion(await earlier.answer.catch(() => undefined))
  const isSameVersion = versionIn(config) === earlier.from
  return send(next && isSameVersion ? { ...config, headers: { ...headersOf(config), 'if-match': next } } : config)
}

function remember(url: string, change: Change): void {
  changes.set(url, change)
  const forget = () => {
    if (changes.get(url) === change) changes.delete(url)
  }
  change.answer.then(forget, forget)
}

function versionIn(config: AxiosRequestConfig): string | undefined {
  return headersOf(config)['if-match']
}

function headersOf({ headers }: AxiosRequestConfig): Record<string, string | undefined> {
  return (headers ?? {}) as Record<string, string | undefined>
}

/** Return the `If-Match` value of the entity in a response. A deletion has none. */
function nextVersion(response: unknown): string | null {
  const { data } = (response ?? {}) as { data?: { data?: { version: number } } }
  return data?.data ? versionTag(data.data) : null
}
