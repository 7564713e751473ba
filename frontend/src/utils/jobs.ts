import {
  mdiAlertCircleOutline,
  mdiCheckCircleOutline,
  mdiClockOutline,
  mdiPlayCircleOutline,
  mdiSendOutline,
} from '@mdi/js'

import type { JobState } from '@/api/generated/client'
import { t } from '@/i18n'

/** Icon and colour of each job state. */
export const JOB_STATES: Record<JobState, { icon: string; color: string }> = {
  pending: { icon: mdiClockOutline, color: 'info' },
  sent: { icon: mdiSendOutline, color: 'info' },
  running: { icon: mdiPlayCircleOutline, color: 'warning' },
  done: { icon: mdiCheckCircleOutline, color: 'success' },
  dead: { icon: mdiAlertCircleOutline, color: 'error' },
}

/** Format a time span briefly, such as "4 s" or "1 h 20 min". */
export function formatSpan(seconds: number): string {
  if (seconds < 60) return t('jobs.span.seconds', { count: Math.round(seconds) })
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return t('jobs.span.minutes', { count: minutes })
  const hours = Math.floor(minutes / 60)
  return minutes % 60 === 0
    ? t('jobs.span.hours', { count: hours })
    : t('jobs.span.hoursMinutes', { hours, minutes: minutes % 60 })
}
