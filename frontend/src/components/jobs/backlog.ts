import type { QueueResponse } from '@/api/generated/client'

/** What was owed at one moment, all queues together. */
export interface BacklogSample {
  /** In milliseconds since the epoch. */
  at: number
  owed: number
  oldestSeconds: number
}

/** How far back the chart goes. */
export const BACKLOG_SECONDS = 300

/** Return `samples` with what the queues owe now, without those that the chart shows no more. */
export function withSample(samples: BacklogSample[], queues: QueueResponse[], at = Date.now()): BacklogSample[] {
  const owed = queues.reduce((sum, { pending, sent, running }) => sum + pending + sent + running, 0)
  const oldestSeconds = Math.max(0, ...queues.map(({ oldest_due_seconds: seconds }) => seconds))
  const recent = samples.filter((sample) => at - sample.at <= BACKLOG_SECONDS * 1000)
  return [...recent, { at, owed, oldestSeconds }]
}
