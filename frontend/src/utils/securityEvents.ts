import type { SecurityEventKind } from '@/api/generated/client'

// These say more than their names do.
const TITLES: Partial<Record<SecurityEventKind, string>> = {
  account_changed: 'Changed by an administrator',
  admin_created: 'Administrator created',
  sessions_ended: 'Signed out everywhere by an administrator',
  session_revoked: 'Signed out elsewhere',
  other_sessions_revoked: 'Signed out everywhere else',
  refresh_token_reused: 'Old session token used again',
  mfa_enabled: 'Second factor switched on',
  mfa_disabled: 'Second factor switched off',
  mfa_reset: 'Second factor reset',
  api_token_created: 'API token created',
  api_token_revoked: 'API token revoked',
  sign_up_repeated: 'Sign-up with a known address',
}

/** Return what a kind of event is called. */
export function securityEventTitle(kind: SecurityEventKind): string {
  const words = kind.replaceAll('_', ' ')
  return TITLES[kind] ?? words.charAt(0).toUpperCase() + words.slice(1)
}

/** Tell whether an event is one of those that somebody looks for when something is wrong. */
export function isSuspicious(kind: SecurityEventKind): boolean {
  return kind.endsWith('_failed') || kind.endsWith('_refused') || kind === 'refresh_token_reused'
}
