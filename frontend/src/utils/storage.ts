type Area = 'local' | 'session'

/** Stands in where the browser blocks storage, or has no room left. */
const memory = new Map<string, string>()

/**
 * Return what is stored under `key`, or null.
 *
 * @param area `local` is shared by the tabs of a browser and stays; `session` belongs to this tab and ends with it.
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

/** Return the keys of this tab's storage that begin with `prefix`. */
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
