import { mdiBellOutline } from '@mdi/js'
import { expect, it } from 'vitest'

import { notificationIcon } from './notifications'

it('shows the icon that a feature declares, and the bell for a kind of a newer release', () => {
  expect(notificationIcon('comment')).not.toBe(mdiBellOutline)
  expect(notificationIcon('invoice_paid')).toBe(mdiBellOutline)
})
