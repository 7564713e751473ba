import { mdiBellOutline } from '@mdi/js'

import { FEATURES } from '@/features'

/** Return the icon of a kind of notification. A kind that this release does not know has the bell. */
export function notificationIcon(kind: string): string {
  return FEATURES.flatMap(({ notifications }) => notifications?.[kind] ?? []).at(0) ?? mdiBellOutline
}
