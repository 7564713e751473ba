import {
  mdiAlertCircleOutline,
  mdiCheckCircleOutline,
  mdiClockOutline,
  mdiPlayCircleOutline,
  mdiSendOutline,
} from '@mdi/js'

import type { JobState } from '@/api/generated/client'

interface Face {
  title: string
  icon: string
  color: string
}

/** Title, icon and colour of each job state. */
export const JOB_STATES: Record<JobState, Face> = {
  pending: { title: 'Pending', icon: mdiClockOutline, color: 'info' },
  sent: { title: 'Sent', icon: mdiSendOutline, color: 'info' },
  running: { title: 'Running', icon: mdiPlayCircleOutline, color: 'warning' },
  done: { title: 'Done', icon: mdiCheckCircleOutline, color: 'success' },
  dead: { title: 'Dead', icon: mdiAlertCircleOutline, color: 'error' },
}

/** Format a time span briefly, such as "4 s" or "1 h 20 min". */
export function formatSpan(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
