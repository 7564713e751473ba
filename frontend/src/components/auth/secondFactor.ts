import { mdiCellphoneKey, mdiFingerprint, mdiFormTextboxPassword, mdiLifebuoy } from '@mdi/js'

import type { MessageKey } from '@/messages/schema'

/** Ways to prove one's identity, by the API's names. */
export type Proof = 'password' | 'totp' | 'recovery_code' | 'passkey'

/** Label and icon of each alternative. */
export const WAYS: Record<Proof, { title: MessageKey; icon: string }> = {
  password: { title: 'signIn.factors.password', icon: mdiFormTextboxPassword },
  totp: { title: 'signIn.factors.totp', icon: mdiCellphoneKey },
  recovery_code: { title: 'signIn.factors.recoveryCode', icon: mdiLifebuoy },
  passkey: { title: 'signIn.factors.passkey', icon: mdiFingerprint },
}

const SECOND_FACTORS: readonly string[] = ['totp', 'recovery_code', 'passkey'] satisfies Proof[]

/** Return the known ones of `names`. A newer API may offer more. */
export function knownFactors(names: readonly string[]): Proof[] {
  return SECOND_FACTORS.filter((name) => names.includes(name)) as Proof[]
}
