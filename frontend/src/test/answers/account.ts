import { observe, pageOf } from '../api'
import { mfaStatus } from '../identity'

/** Answer that an account has no more than a password: the page of its security asks for all of this. */
export default function answerAccount(): void {
  observe('get', '/api/auth/mfa', mfaStatus())
  observe('get', '/api/users/me/security-events', pageOf([]))
  for (const list of ['passkeys', 'identities', 'oidc', 'sessions', 'tokens']) {
    observe('get', `/api/auth/${list}`, { body: { data: [] } })
  }
}
