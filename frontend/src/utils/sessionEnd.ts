import { t } from '@/i18n'
import type { MessageKey } from '@/messages/schema'

/** Reason of a session that the user signed out of. */
export const SIGNED_OUT = 'signed-out'

const REASONS: Partial<Record<string, MessageKey>> = {
  [SIGNED_OUT]: 'signIn.ended.signedOut',
  SESSION_REVOKED: 'signIn.ended.revoked',
}

/** Return why the session ended, as a sentence. */
export function sessionEndMessage(reason: string): string {
  return t(REASONS[reason] ?? 'signIn.ended.expired')
}
