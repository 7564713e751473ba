/** Limit of the API. */
export const QUERY_MAX_LENGTH = 200
