import type { SecurityEventKind } from '@/api/generated/client'

const MESSAGES: Record<SecurityEventKind, string> = {
  signed_up: 'Account created',
  signed_in: 'Signed in',
  sign_in_failed: 'Sign-in refused',
  signed_out: 'Signed out',
  session_revoked: 'Session ended',
  other_sessions_revoked: 'All other sessions ended',
  refresh_token_reused: 'Session ended: token reused',
  account_changed: 'Account changed',
  admin_created: 'Admin created',
  sessions_ended: 'All sessions ended',
  reauthenticated: 'Identity confirmed',
  reauthentication_failed: 'Identity not confirmed',
  api_token_created: 'API token created',
  api_token_revoked: 'API token revoked',
  identity_linked: 'Account linked',
  identity_unlinked: 'Account unlinked',
  second_factor_asked: 'Second factor requested',
  second_factor_failed: 'Second factor refused',
  mfa_enabled: 'Two-factor authentication turned on',
  mfa_disabled: 'Two-factor authentication turned off',
  mfa_reset: 'Second factors removed',
  recovery_codes_replaced: 'Recovery codes replaced',
  passkey_added: 'Passkey added',
  passkey_removed: 'Passkey removed',
  sign_up_repeated: 'Repeated sign-up with your address',
  link_refused: 'Email link refused',
  email_verified: 'Email address confirmed',
  credentials_removed: 'Everything set up before the address was confirmed removed',
  password_reset_requested: 'Password reset requested',
  password_reset: 'Password reset by email',
  password_changed: 'Password changed',
  password_change_failed: 'Password change refused',
  email_change_requested: 'Email change requested',
  email_changed: 'Email address changed',
  profile_changed: 'Profile changed',
  account_deleted: 'Account deleted',
  jobs_retried: 'Failed jobs run again',
  jobs_discarded: 'Failed jobs discarded',
}

const WARNINGS: ReadonlySet<SecurityEventKind> = new Set([
  'sign_in_failed',
  'refresh_token_reused',
  'reauthentication_failed',
  'second_factor_failed',
  'link_refused',
  'password_change_failed',
] as const)

/** Return the title of a security event. */
export function eventTitle(kind: SecurityEventKind): string {
  // A newer API may have more kinds.
  return (MESSAGES as Partial<Record<string, string>>)[kind] ?? kind.replaceAll('_', ' ')
}

/** Return whether an event is a refusal or a sign of an attack. */
export function isWarning(kind: SecurityEventKind): boolean {
  return WARNINGS.has(kind)
}
