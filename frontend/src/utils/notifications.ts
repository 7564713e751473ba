import { mdiBellOutline } from '@mdi/js'

import { FEATURES } from '@/features'

const icons = Object.assign({}, ...FEATURES.map(({ notifications }) => notifications)) as Record<string, string>

/** Return the icon of a kind of notification. A kind that this release does not know has the bell. */
export function notificationIcon(kind: string): string {
  return icons[kind] ?? mdiBellOutline
}
