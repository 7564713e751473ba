import type { Role } from '@/api/generated/client'

/** Limits of the API. */
export const NAME_MAX_LENGTH = 100
export const SEARCH_MAX_LENGTH = 100

/** Title and purpose of each role. */
export const ROLES: Record<Role, { title: string; plural: string; purpose: string }> = {
  member: { title: 'Member', plural: 'Members', purpose: 'Writes content of their own.' },
  moderator: { title: 'Moderator', plural: 'Moderators', purpose: 'Edits and deletes the content of all members.' },
  admin: { title: 'Admin', plural: 'Admins', purpose: 'Can do everything.' },
}
