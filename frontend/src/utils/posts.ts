/** Limits of the API. */
export const TITLE_MAX_LENGTH = 200
export const SUBTITLE_MAX_LENGTH = 300
export const CONTENT_MAX_LENGTH = 50_000
export const QUERY_MAX_LENGTH = 200

const EXCERPT_LENGTH = 320

/** Return the beginning of a text as one line. */
export function excerpt(content: string): string {
  return content.slice(0, EXCERPT_LENGTH).replace(/\s+/g, ' ').trim()
}

/** Split a text into paragraphs at blank lines. */
export function paragraphs(content: string): string[] {
  return content.split(/\n\s*\n/).filter((paragraph) => paragraph.trim() !== '')
}
