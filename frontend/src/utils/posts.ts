/** Limits of the API. */
export const TITLE_MAX_LENGTH = 200
export const SUBTITLE_MAX_LENGTH = 300
export const CONTENT_MAX_LENGTH = 50_000
export const QUERY_MAX_LENGTH = 200
