import { shallowReactive } from 'vue'

import type { ReportResponse, ReportState } from '@/api/generated/client'
import { type LiveEvents, useLiveStore } from '@/store/live'
import { isUnfinished } from '@/utils/reports'

import { useLive } from './useLive'
import { usePolling } from './usePolling'

const POLLING_SECONDS = 3

declare module '@/store/live' {
  interface LiveEvents {
    report: { id: string; state: ReportState; progress: number; step: string | null }
  }
}

/**
 * Follow the progress of reports: by live events, or by polling while no stream is connected.
 *
 * @param refresh reloads the shown reports.
 * @param shown returns the loaded reports.
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

  /** Return a report with its latest progress, which never goes back. */
  function latest(report: ReportResponse): ReportResponse {
    const update = updates.get(report.id)
    return update && isUnfinished(report) && update.progress >= report.progress ? { ...report, ...update } : report
  }

  return { latest }
}
