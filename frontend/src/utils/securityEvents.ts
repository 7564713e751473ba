import { type Role, SecurityEventKind, type SecurityEventResponse } from '@/api/generated/client'
import { isKey, n, t, type Values } from '@/i18n'
import type { MessageKey } from '@/messages/schema'

import { formatMoment } from './dates'
import { rolesOf } from './users'
import { titleOf } from './words'

const WARNINGS: ReadonlySet<SecurityEventKind> = new Set([
  'sign_in_failed',
  'refresh_token_reused',
  'reauthentication_failed',
  'second_factor_failed',
  'link_refused',
  'password_change_failed',
] as const)

/** The changed fields, with old and new values. */
interface Change {
  from: unknown
  to: unknown
}

type SentenceName = MessageKey extends infer Key
  ? Key extends `securityEvents.sentences.${infer Name}`
    ? Name
    : never
  : never

/** A sentence with the placeholders `user` and `actor`. */
interface Sentence {
  keypath: MessageKey
  values: Values
}

/** Return the title of a security event. */
export function eventTitle(kind: SecurityEventKind): string {
  const key = `securityEvents.kinds.${kind}` as const
  // A newer API may have more kinds.
  return isKey(key) ? t(key) : titleOf(kind)
}

/** Return the sentence that says to a user what happened to their own account. */
export function ownSentence(kind: SecurityEventKind): string {
  const key = `securityEvents.own.${kind}` as const
  return isKey(key) ? t(key) : titleOf(kind)
}

/** Return whether an event is a refusal or a sign of an attack. */
export function isWarning(kind: SecurityEventKind): boolean {
  return WARNINGS.has(kind)
}

/** Return the sentence that says what happened, who did it and to whom. */
export function sentenceOf(event: SecurityEventResponse): Sentence {
  const { kind } = event
  if (!(kind in SecurityEventKind)) return said('other', { kind: eventTitle(kind) })
  if (kind === 'account_changed') return changeIn(event)
  if (kind === 'account_deleted' && event.actor_id) return said(isByAnother(event) ? 'deletedBy' : 'deletedOwn')
  return said(kind)
}

/** Return whether another user caused the event. */
function isByAnother({ actor_id: actor, user_id: user }: SecurityEventResponse): boolean {
  return actor !== null && actor !== user
}

function said(name: SentenceName, values: Values = {}): Sentence {
  return { keypath: `securityEvents.sentences.${name}`, values }
}

/** Return a sentence about a change of one field; changes of several are in the details. */
function changeIn({ details }: SecurityEventResponse): Sentence {
  const changes = Object.entries(details).filter((entry): entry is [string, Change] => isChange(entry[1]))
  const only = changes.length === 1 ? changes.at(0) : undefined
  if (!only) return said('account_changed')
  const [name, change] = only
  const values = { from: wordFor(change.from), to: wordFor(change.to) }
  if (name === 'is_active') return said(change.to ? 'reactivated' : 'deactivated')
  if (name === 'roles') return said('rolesChanged', values)
  return name === 'name' ? said('renamed', values) : said('account_changed')
}

/** Return what else is known about an event, in words. */
export function factsOf({ details }: SecurityEventResponse): { key: string; name: string; value: string }[] {
  return Object.entries(details).map(([key, value]) => ({ key, name: fieldTitle(key), value: wordFor(value, key) }))
}

function fieldTitle(name: string): string {
  const key = `securityEvents.fields.${name}`
  return isKey(key) ? t(key) : titleOf(name)
}

function wordFor(value: unknown, key = ''): string {
  if (isChange(value)) return t('securityEvents.details.change', { from: wordFor(value.from), to: wordFor(value.to) })
  if (Array.isArray(value)) return rolesOf({ roles: value as Role[] })
  if (typeof value === 'boolean') return t(value ? 'common.yes' : 'common.no')
  if (typeof value === 'number') return n(value)
  if (typeof value !== 'string') return value ? JSON.stringify(value) : t('securityEvents.details.nothing')
  return key === 'last_at' ? formatMoment(value) : value
}

function isChange(value: unknown): value is Change {
  return typeof value === 'object' && value !== null && 'from' in value && 'to' in value
}
