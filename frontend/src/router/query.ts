import type { LocationQueryValue } from 'vue-router'

/** Return a parameter of the address as one text; an address may name it twice, or not at all. */
export function queryText(value: LocationQueryValue | LocationQueryValue[] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? ''
}
