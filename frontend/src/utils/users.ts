import type { AccountResponse, Role } from '@/api/generated/client'
import { t } from '@/i18n'

/** Limit of the API. */
export const SEARCH_MAX_LENGTH = 100

/** Return the titles of a user's roles, such as "Member, Admin". */
export function rolesOf({ roles }: { roles: readonly Role[] }): string {
  return roles.map((role) => t(`users.roles.${role}`)).join(', ')
}

export type UserState = 'active' | 'deactivated' | 'invited' | 'expired'

/** Return the state of an account; `expired` has an invitation that can no longer be accepted. */
export function userState(user: Pick<AccountResponse, 'is_active' | 'invitation_expires_at'>): UserState {
  if (!user.is_active) return 'deactivated'
  if (user.invitation_expires_at === null) return 'active'
  return new Date(user.invitation_expires_at).getTime() > Date.now() ? 'invited' : 'expired'
}
