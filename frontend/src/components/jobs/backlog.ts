import type { QueueResponse } from '@/api/generated/client'

/** The backlog of all queues at one moment. */
export interface BacklogSample {
  /** In milliseconds since the epoch. */
  at: number
  owed: number
  oldestSeconds: number
}

/** Time span of the chart. */
export const BACKLOG_SECONDS = 300

/** Append the current backlog to `samples` and drop those that the chart no longer shows. */
export function withSample(samples: BacklogSample[], queues: QueueResponse[], at = Date.now()): BacklogSample[] {
  const owed = queues.reduce((sum, { pending, sent, running }) => sum + pending + sent + running, 0)
  const oldestSeconds = Math.max(0, ...queues.map(({ oldest_due_seconds: seconds }) => seconds))
  const recent = samples.filter((sample) => at - sample.at <= BACKLOG_SECONDS * 1000)
  return [...recent, { at, owed, oldestSeconds }]
}
