/** Reason of a session that the user signed out of. */
export const SIGNED_OUT = 'signed-out'

const REASONS: Partial<Record<string, string>> = {
  [SIGNED_OUT]: 'You signed out in another tab.',
  SESSION_REVOKED: 'Your session was ended from another device, by a password change or by an admin.',
}

/** Return why the session ended, as a sentence. */
export function sessionEndMessage(reason: string): string {
  return REASONS[reason] ?? 'Your session has ended.'
}
