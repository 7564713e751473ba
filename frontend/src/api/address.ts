/** Return the address of a path of the API, which has this page's origin unless `VITE_API_URL` names another. */
export function apiAddress(path: string): string {
  return `${import.meta.env.VITE_API_URL?.replace(/\/$/, '') ?? ''}${path}`
}

/** Whether the API has another origin than this page, which then sees none of its cookies. */
export function isApiElsewhere(): boolean {
  return apiAddress('') !== ''
}
