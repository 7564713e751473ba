import { shallowReactive } from 'vue'

import type { ReportResponse } from '@/api/generated/client'
import { type LiveEvents, useLiveStore } from '@/store/live'
import { isUnfinished } from '@/utils/reports'

import { useLive } from './useLive'
import { usePolling } from './usePolling'

const POLLING_SECONDS = 3

/**
 * Follow reports while they are made: by live events, and by asking every few seconds where those do not come.
 *
 * @param refresh loads the shown reports again.
 * @param shown returns the reports as they were loaded.
 */
export function useReportProgress(refresh: () => Promise<boolean>, shown: () => ReportResponse[]) {
  const live = useLiveStore()
  const updates = shallowReactive(new Map<string, LiveEvents['report']>())

  useLive('ready', () => void refresh())
  useLive('report', (report) => {
    if (isUnfinished(report)) updates.set(report.id, report)
    else void refresh()
  })
  usePolling(async () => live.isConnected || !shown().some(isUnfinished) || (await refresh()), POLLING_SECONDS)

  /** Return a report with what was told about it since it was loaded; its progress never goes back. */
  function latest(report: ReportResponse): ReportResponse {
    const update = updates.get(report.id)
    return update && isUnfinished(report) && update.progress >= report.progress ? { ...report, ...update } : report
  }

  return { latest }
}
