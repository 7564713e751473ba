import { PageNotLoaded } from '@/router/PageNotLoaded'

import { APIError } from './APIError'
import { createClientError } from './generated/client'
import { PasskeyError } from './PasskeyError'

// Limits of the API, see ClientErrorRequest.
const MESSAGE_LENGTH = 500
const STACK_LENGTH = 4000
const PAGE_LENGTH = 200
/** Keeps a page that fails repeatedly from flooding the log. */
const MOST_REPORTS = 5

/** Patterns of personal data, each with its replacement. Code and names of properties stay readable. */
const PERSONAL: [RegExp, string][] = [
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, ':id'],
  [/[^\s"'<>(){}]+@[^\s"'<>(){}]+\.[a-z]+/gi, ':email'],
  // Queries and hashes of addresses.
  [/(https?:\/\/[^\s?#)]+)[?#][^\s):]*/g, '$1'],
  // Quoted text of more than one word may have been typed.
  [/(["'`])[^"'`]*\s[^"'`]*\1/g, '…'],
]
// Browsers report this when a layout settles one frame later. Harmless.
const HARMLESS = 'ResizeObserver loop'

const reported = new Set<string>()

/** Report a bug to the operators, once. API errors and outages are not bugs. */
export function reportError(error: unknown): void {
  if (error instanceof APIError || error instanceof PasskeyError || error instanceof PageNotLoaded) return
  const { message, stack } = describe(error)
  if (message.startsWith(HARMLESS)) return
  console.error(error)
  if (reported.has(message) || reported.size >= MOST_REPORTS) return
  reported.add(message)
  void send(message, stack)
}

async function send(message: string, stack: string): Promise<void> {
  const body = {
    message: impersonal(message).slice(0, MESSAGE_LENGTH),
    stack: impersonal(stack).slice(0, STACK_LENGTH),
    page: impersonal(location.pathname).slice(0, PAGE_LENGTH),
  }
  await createClientError(body).catch(() => undefined)
}

function impersonal(text: string): string {
  return PERSONAL.reduce((rest, [pattern, placeholder]) => rest.replace(pattern, placeholder), text)
}

function describe(error: unknown): { message: string; stack: string } {
  if (!(error instanceof Error)) return { message: String(error) || 'Unknown error', stack: '' }
  return { message: `${error.name}: ${error.message}`, stack: error.stack ?? '' }
}
