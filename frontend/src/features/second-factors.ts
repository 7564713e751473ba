import { mdiShieldKeyOutline } from '@mdi/js'

import { getMfaStatus } from '@/api/generated/client'
import type { Feature } from '@/utils/features'

export default {
  firstSteps: [
    {
      title: 'secondFactors.firstSteps.protect',
      icon: mdiShieldKeyOutline,
      order: 30,
      to: { name: 'account-two-factor' },
      isDone: hasSecondFactor,
    },
  ],
} satisfies Feature

async function hasSecondFactor(): Promise<boolean> {
  const { data } = await getMfaStatus()
  return data.totp_enabled || data.passkeys > 0
}
