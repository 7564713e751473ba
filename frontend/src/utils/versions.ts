/** Return the value of `If-Match` that lets a change pass only if what it changes still has this version. */
export function versionTag({ version }: { version: number }): string {
  return `"${version}"`
}
