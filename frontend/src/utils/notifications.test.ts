import { mdiBellOutline } from '@mdi/js'
import { expect, it } from 'vitest'

import { FEATURES } from '@/features'

import { notificationIcon } from './notifications'

it('shows the icon that a feature declares, and the bell for a kind of a newer release', () => {
  const declared = Object.assign({}, ...FEATURES.map(({ notifications }) => notifications)) as Record<string, string>
  for (const [kind, icon] of Object.entries(declared)) expect(notificationIcon(kind)).toBe(icon)
  expect(notificationIcon('invoice_paid')).toBe(mdiBellOutline)
})
