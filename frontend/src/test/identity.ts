import { ada, answer } from './api'

const UNKNOWN = { id: '01980000-0000-7000-8000-0000000000d1', created_at: '2026-05-04T09:30:00Z' }

export const SESSIONS = [
  {
    ...UNKNOWN,
    expires_at: '2026-06-04T09:30:00Z',
    last_seen_at: '2026-05-04T09:30:00Z',
    ip_address: '192.0.2.7',
    user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0',
    is_current: true,
  },
  {
    ...UNKNOWN,
    id: '01980000-0000-7000-8000-0000000000d2',
    expires_at: '2026-06-04T09:30:00Z',
    last_seen_at: '2026-05-03T09:30:00Z',
    ip_address: '192.0.2.9',
    user_agent: 'curl/8.14.1',
    is_current: false,
  },
]

/** Return the API's response about second factors. */
export function mfaStatus({ totp = false, passkeys = 0, codes = 0 } = {}) {
  return { body: { data: { totp_enabled: totp, recovery_codes_left: codes, passkeys } } }
}

export function withoutProviders(): void {
  answer('get', '/api/auth/oidc', { body: { data: [] } })
}

export const verifiedAda = { ...ada, is_verified: true }
