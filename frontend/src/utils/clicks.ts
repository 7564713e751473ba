/**
 * Return whether a click is the second one of a double click. Where the first one changes the page, it is not meant for
 * what stands below the pointer by then.
 */
export function isRepeated({ detail }: UIEvent): boolean {
  return detail > 1
}
