import { mdiBellOutline } from '@mdi/js'
import { expect, it, vi } from 'vitest'

import { notificationIcon } from './notifications'

vi.mock('@/features', () => ({ FEATURES: [{}, { notifications: { parcel: 'parcel-icon' } }] }))

it('shows the icon that a feature declares, and the bell for a kind of a newer release', () => {
  expect(notificationIcon('parcel')).toBe('parcel-icon')
  expect(notificationIcon('invoice_paid')).toBe(mdiBellOutline)
})
