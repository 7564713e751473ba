import { SLUG } from '@/product'
import { readStored, writeStored } from '@/utils/storage'

import type { Command } from './useCommands'

const KEPT = 5

/** A page that was opened by the palette. */
type Recent = Pick<Command, 'title' | 'subtitle' | 'icon' | 'to'>

/** Return what this user opened last in this tab, newest first. */
export function recentOf(userId: string): Command[] {
  try {
    const stored: unknown = JSON.parse(readStored(keyOf(userId), 'session') ?? '[]')
    return Array.isArray(stored) ? (stored as Recent[]) : []
  } catch {
    return []
  }
}

/** Remember a page. */
export function remember(userId: string, { title, subtitle, icon, to }: Command): void {
  if (!to) return
  const others = recentOf(userId).filter((one) => JSON.stringify(one.to) !== JSON.stringify(to))
  writeStored(keyOf(userId), JSON.stringify([{ title, subtitle, icon, to }, ...others].slice(0, KEPT)), 'session')
}

function keyOf(userId: string): string {
  return `${SLUG}.recent.${userId}`
}
