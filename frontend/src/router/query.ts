import type { LocationQueryValue } from 'vue-router'

/** The API's highest page number. */
export const MAX_PAGE = 500

/** Return the page number in a query; empty for the first page. */
export function pageNumber(value: LocationQueryValue | LocationQueryValue[] | undefined): string {
  const text = queryText(value)
  return /^[1-9]\d*$/.test(text) && text !== '1' && Number(text) <= MAX_PAGE ? text : ''
}

/** Return a query parameter as one string, even if it is repeated or missing. */
export function queryText(value: LocationQueryValue | LocationQueryValue[] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? ''
}
