import type { SecurityEventKind } from '@/api/generated/client'
import { isKey, t } from '@/i18n'

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
  const key = `securityEvents.kinds.${kind}` as const
  // A newer API may have more kinds.
  return isKey(key) ? t(key) : kind.replaceAll('_', ' ')
}

/** Return whether an event is a refusal or a sign of an attack. */
export function isWarning(kind: SecurityEventKind): boolean {
  return WARNINGS.has(kind)
}
