import type { Role } from '@/api/generated/client'
import { t } from '@/i18n'

/** Limit of the API. */
export const SEARCH_MAX_LENGTH = 100

/** Return the titles of a user's roles, such as "Member, Admin". */
export function rolesOf({ roles }: { roles: readonly Role[] }): string {
  return roles.map((role) => t(`users.roles.${role}`)).join(', ')
}
