import { mdiBellOutline } from '@mdi/js'
import { expect, it, onTestFinished } from 'vitest'

import { FEATURES } from '@/features'

import { notificationIcon } from './notifications'

it('shows the icon that a feature declares, and the bell for a kind of a newer release', () => {
  FEATURES.push({}, { notifications: { parcel: 'parcel-icon' } })
  onTestFinished(() => {
    FEATURES.splice(-2)
  })
  expect(notificationIcon('parcel')).toBe('parcel-icon')
  expect(notificationIcon('invoice_paid')).toBe(mdiBellOutline)
})
