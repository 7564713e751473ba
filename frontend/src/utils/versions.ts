/** Return the `If-Match` value that limits a change to this version. */
export function versionTag({ version }: { version: number }): string {
  return `"${version}"`
}
