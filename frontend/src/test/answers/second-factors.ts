import { answer } from '@/test/api'

import { mfaStatus } from '../identity'

/** The first steps on the dashboard ask whether the user has a second factor. */
export default function answerSecondFactors(): void {
  answer('get', '/api/auth/mfa', mfaStatus())
}
