import type { QueueResponse } from '@/api/generated/client'

/** All queues at a moment. */
export interface Backlog {
  waiting: number
  running: number
  dead: number
  oldestSeconds: number
}

const MOST = 60

export function backlogOf(queues: QueueResponse[]): Backlog {
  const sum = (count: (queue: QueueResponse) => number) => queues.reduce((total, queue) => total + count(queue), 0)
  return {
    waiting: sum(({ pending, sent }) => pending + sent),
    running: sum(({ running }) => running),
    dead: sum(({ dead }) => dead),
    oldestSeconds: Math.max(0, ...queues.map(({ oldest_due_seconds: seconds }) => seconds)),
  }
}

/** Return the latest samples with a new one. */
export function withSample(samples: Backlog[], queues: QueueResponse[]): Backlog[] {
  return [...samples, backlogOf(queues)].slice(-MOST)
}
