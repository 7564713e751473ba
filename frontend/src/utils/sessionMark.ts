import { SLUG } from '@/product'

// `backend/api/cookies.py` names the cookie.
const MARK = new RegExp(`(?:__Host-|${SLUG}-)(?:\\d+-)?signed-in(?==1)`)

/** Whether the API has marked this browser as signed in. Only a hint: the session may have ended since. */
export function hasSessionMark(): boolean {
  return MARK.test(document.cookie)
}

/** Remove the mark of a session that has ended. */
export function removeSessionMark(): void {
  const name = MARK.exec(document.cookie)?.[0]
  if (name) document.cookie = `${name}=; Max-Age=0; Path=/; SameSite=Lax${name.startsWith('__Host-') ? '; Secure' : ''}`
}
