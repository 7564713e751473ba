import { APIError } from './APIError'

/** Return what the operators need to look into an error, for the user to pass on. Contains nothing that was typed. */
export function errorDetails(error: unknown): string {
  const facts = { ...factsOf(error), Page: location.pathname, Time: new Date().toISOString() }
  return Object.entries(facts)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')
}

/** Return the id under which the API logged the failed request. */
export function requestIdOf(error: unknown): string | null {
  return error instanceof APIError ? error.requestId : null
}

function factsOf(error: unknown): Record<string, string> {
  if (!(error instanceof APIError)) return { Error: error instanceof Error ? error.name : 'Unknown' }
  return { Request: error.requestId ?? 'none', Error: error.code, Status: String(error.status) }
}
