import type { SecurityEventKind } from '@/api/generated/client'

const MESSAGES: Record<SecurityEventKind, string> = {
  signed_up: 'Account created',
  signed_in: 'Signed in',
  sign_in_failed: 'Sign-in refused',
  signed_out: 'Signed out',
  session_revoked: 'Session ended',
  other_sessions_revoked: 'All other sessions ended',
  refresh_token_reused: 'Session ended, because its token was used twice',
  account_changed: 'Account changed',
  admin_created: 'Made an administrator',
  sessions_ended: 'All sessions ended',
  reauthenticated: 'Identity confirmed',
  reauthentication_failed: 'Identity not confirmed',
  api_token_created: 'API token created',
  api_token_revoked: 'API token revoked',
  identity_linked: 'Account linked',
  identity_unlinked: 'Account unlinked',
  second_factor_asked: 'Second factor asked for',
  second_factor_failed: 'Second factor refused',
  mfa_enabled: 'Two-factor authentication turned on',
  mfa_disabled: 'Two-factor authentication turned off',
  mfa_reset: 'Second factors removed',
  recovery_codes_replaced: 'Recovery codes replaced',
  passkey_added: 'Passkey added',
  passkey_removed: 'Passkey removed',
  sign_up_repeated: 'Somebody signed up with your address again',
  link_refused: 'Link of a mail refused',
  email_verified: 'E-mail address confirmed',
  credentials_removed: 'Everything set up before the address was confirmed removed',
  password_reset_requested: 'New password asked for by mail',
  password_reset: 'Password set by mail',
  password_changed: 'Password changed',
  password_change_failed: 'Password change refused',
  email_change_requested: 'New e-mail address asked for',
  email_changed: 'E-mail address changed',
  profile_changed: 'Profile changed',
  account_deleted: 'Account deleted',
}

const WARNINGS: ReadonlySet<SecurityEventKind> = new Set([
  'sign_in_failed',
  'refresh_token_reused',
  'reauthentication_failed',
  'second_factor_failed',
  'link_refused',
  'password_change_failed',
] as const)

/** Return what the audit log calls something, in words for the account's owner. */
export function eventTitle(kind: SecurityEventKind): string {
  // A newer API may know more kinds than this program.
  return (MESSAGES as Partial<Record<string, string>>)[kind] ?? kind.replaceAll('_', ' ')
}

/** Tell whether something was refused, or looks like an attack. */
export function isWarning(kind: SecurityEventKind): boolean {
  return WARNINGS.has(kind)
}
