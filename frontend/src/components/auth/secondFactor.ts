import { mdiCellphoneKey, mdiFingerprint, mdiLifebuoy, mdiFormTextboxPassword } from '@mdi/js'

/** Ways to prove one's identity, by the API's names. */
export type Proof = 'password' | 'totp' | 'recovery_code' | 'passkey'

/** Label and icon of each alternative. */
export const WAYS: Record<Proof, { title: string; icon: string }> = {
  password: { title: 'Use your password', icon: mdiFormTextboxPassword },
  totp: { title: 'Use your authenticator app', icon: mdiCellphoneKey },
  recovery_code: { title: 'Use a recovery code', icon: mdiLifebuoy },
  passkey: { title: 'Use a passkey', icon: mdiFingerprint },
}

const SECOND_FACTORS: readonly string[] = ['totp', 'recovery_code', 'passkey'] satisfies Proof[]

/** Return the known ones of `names`. A newer API may offer more. */
export function knownFactors(names: readonly string[]): Proof[] {
  return SECOND_FACTORS.filter((name) => names.includes(name)) as Proof[]
}
