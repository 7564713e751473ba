/** Stands for the user's own sign-out among the reasons why a session ended. */
export const SIGNED_OUT = 'signed-out'

const REASONS: Partial<Record<string, string>> = {
  [SIGNED_OUT]: 'You signed out in another tab.',
  SESSION_REVOKED: 'Your session was ended from another device, by a change of your password or by an admin.',
}

/** Return why the user was signed out, in words. */
export function sessionEndMessage(reason: string): string {
  return REASONS[reason] ?? 'Your session has ended.'
}
