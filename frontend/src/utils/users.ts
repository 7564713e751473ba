import type { Role } from '@/api/generated/client'

/** Lengths as the API has them. */
export const NAME_MAX_LENGTH = 100
export const SEARCH_MAX_LENGTH = 100

/** How each role is called, and what it is for. */
export const ROLES: Record<Role, { title: string; plural: string; purpose: string }> = {
  member: { title: 'Member', plural: 'Members', purpose: 'Writes posts and comments.' },
  moderator: { title: 'Moderator', plural: 'Moderators', purpose: 'Changes and deletes posts and comments of all.' },
  admin: { title: 'Administrator', plural: 'Administrators', purpose: 'May do everything.' },
}
