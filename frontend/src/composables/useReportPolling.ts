import { computed } from 'vue'

import type { ReportResponse } from '@/api/generated/client'
import { useLiveStore } from '@/store/live'
import { isUnfinished } from '@/utils/reports'

const POLLING_MS = 3000

/**
 * The interval at which a query of reports asks again while one is being made and no live event would say so.
 *
 * @param reportsIn returns the reports that were loaded.
 */
export function useReportPolling<Data>(reportsIn: (data: Data) => ReportResponse[]) {
  const live = useLiveStore()
  return computed(() => {
    const { isConnected } = live
    return ({ state: { data } }: { state: { data?: Data } }) =>
      !isConnected && data !== undefined && reportsIn(data).some(isUnfinished) && POLLING_MS
  })
}
