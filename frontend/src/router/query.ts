import type { LocationQueryValue } from 'vue-router'

/** The API numbers no pages beyond. */
export const MAX_PAGE = 500

/** Return the number of the page that an address asks for; nothing for the first one. */
export function pageNumber(value: LocationQueryValue | LocationQueryValue[] | undefined): string {
  const text = queryText(value)
  return /^[1-9]\d*$/.test(text) && text !== '1' && Number(text) <= MAX_PAGE ? text : ''
}

/** Return a parameter of the address as one text; an address may name it twice, or not at all. */
export function queryText(value: LocationQueryValue | LocationQueryValue[] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? ''
}
