import { SLUG } from '@/product'

import { readStored, writeStored } from './storage'

const KEY = `${SLUG}.link`

/** Keep the token of an emailed link for the page at `path`, in this tab only: a reload needs it again. */
export function keepLinkToken(path: string, token: string): void {
  writeStored(KEY, `${path} ${token}`, 'session')
}

/** Return the token that is kept for the page at `path`, or an empty string. */
export function keptLinkToken(path: string): string {
  const [page, token = ''] = (readStored(KEY, 'session') ?? '').split(' ')
  return page === path ? token : ''
}

/** Forget the token, because it is used. */
export function forgetLinkToken(): void {
  writeStored(KEY, null, 'session')
}

/** Forget the token unless it is for the page at `path`, which is open now. */
export function forgetLinkTokenBeside(path: string): void {
  if (!keptLinkToken(path)) forgetLinkToken()
}
