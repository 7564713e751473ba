type Area = 'local' | 'session'

/** Fallback when the browser blocks storage or it is full. */
const memory = new Map<string, string>()

/**
 * Return what is stored under `key`, or null.
 *
 * @param area `local` is shared between tabs and permanent; `session` ends with this tab.
 */
export function readStored(key: string, area: Area = 'local'): string | null {
  try {
    return storage(area).getItem(key) ?? memory.get(key) ?? null
  } catch {
    return memory.get(key) ?? null
  }
}

/** Store `value` under `key`; null deletes it. */
export function writeStored(key: string, value: string | null, area: Area = 'local'): void {
  memory.delete(key)
  try {
    if (value === null) storage(area).removeItem(key)
    else storage(area).setItem(key, value)
  } catch {
    if (value !== null) memory.set(key, value)
  }
}

/** Return the keys of this tab's storage that start with `prefix`. */
export function keysInTab(prefix: string): string[] {
  try {
    const keys = [...Object.keys(sessionStorage), ...memory.keys()]
    return keys.filter((key) => key.startsWith(prefix))
  } catch {
    return [...memory.keys()].filter((key) => key.startsWith(prefix))
  }
}

function storage(area: Area): Storage {
  return area === 'local' ? localStorage : sessionStorage
}
