type Area = 'local' | 'session'

/** Fallback when the browser blocks storage or it is full. */
const memory = new Map<string, string>()

/**
 * Return what is stored under `key`, or null.
 *
 * @param area `local` is shared between tabs and permanent; `session` ends with this tab.
 */
export function readStored(key: string, area: Area = 'local'): string | null {
  const kept = memory.get(key)
  if (kept !== undefined) return kept
  try {
    return storage(area).getItem(key)
  } catch {
    return null
  }
}

/** Store `value` under `key`; null deletes it. Returns whether it outlives this document. */
export function writeStored(key: string, value: string | null, area: Area = 'local'): boolean {
  memory.delete(key)
  try {
    if (value === null) storage(area).removeItem(key)
    else storage(area).setItem(key, value)
    return true
  } catch {
    if (value !== null) memory.set(key, value)
    return false
  }
}

/** Return the keys that start with `prefix`. */
export function storedKeys(prefix: string, area: Area = 'local'): string[] {
  return [...new Set([...keysIn(area), ...memory.keys()])].filter((key) => key.startsWith(prefix))
}

function keysIn(area: Area): string[] {
  try {
    return Object.keys(storage(area))
  } catch {
    return []
  }
}

function storage(area: Area): Storage {
  return area === 'local' ? localStorage : sessionStorage
}
