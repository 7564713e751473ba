import { SLUG } from '@/product'

import { randomId } from './random'
import { readStored, storedKeys, writeStored } from './storage'

const PREFIX = `${SLUG}.draft`
const DAY_MS = 86_400_000

/** Drafts are deleted this long after their last change. */
export const DAYS_KEPT = 30

/**
 * Where the text of a draft is: in a form that is `open` (or was, when the browser crashed), in one that was `left`, or
 * put `aside` by its user for another text.
 */
type DraftState = 'open' | 'left' | 'aside'

/** The content of a form that is not saved yet. */
export interface Draft {
  key: string
  state: DraftState
  /** The last change, in milliseconds. */
  at: number
  values: object
  /** The version of the entity that the text was made from. */
  version?: number
}

/** Return the key of a new draft of the form `name`. Each form that is open has its own, in whichever tab it is. */
export function newDraftKey(userId: string, name: string): string {
  return keyOf(userId, name, randomId())
}

/** Return the user's drafts of the form `name`, the newest first. */
export function draftsOf(userId: string, name: string): Draft[] {
  return storedKeys(keyOf(userId, name, ''))
    .flatMap((key) => readDraft(key) ?? [])
    .sort((one, other) => other.at - one.at)
}

/** Keep a draft. Returns whether it outlives this document. */
export function writeDraft({ key, ...content }: Draft): boolean {
  return writeStored(key, JSON.stringify(content))
}

/** Return a draft, or null if it does not exist or is not one. */
export function readDraft(key: string): Draft | null {
  try {
    const content = JSON.parse(readStored(key) ?? 'null') as Draft | null
    return typeof content?.at === 'number' && typeof content.values === 'object' ? { ...content, key } : null
  } catch {
    return null
  }
}

/** Return how many drafts of the user this browser keeps. */
export function countDrafts(userId: string): number {
  return storedKeys(keyOf(userId, '')).length
}

/** Delete all drafts of the user in this browser. */
export function deleteDrafts(userId: string): void {
  deleteAll(storedKeys(keyOf(userId, '')))
}

/** Delete the drafts of all users that are too old. */
export function deleteOldDrafts(now = Date.now()): void {
  deleteAll(storedKeys(`${PREFIX}/`).filter((key) => now - (readDraft(key)?.at ?? 0) > DAYS_KEPT * DAY_MS))
}

function deleteAll(keys: string[]): void {
  for (const key of keys) writeStored(key, null)
}

function keyOf(...parts: string[]): string {
  return [PREFIX, ...parts].join('/')
}
