import type { QueryClient } from '@tanstack/vue-query'

import { changePages } from '@/api/cachedLists'
import {
  type DataReportResponse,
  getGetReportQueryKey,
  getListReportsQueryKey,
  type ListingReportResponse,
  type ReportResponse,
  type ReportState,
} from '@/api/generated/client'
import { refreshes } from '@/api/queryClient'

import { isUnfinished } from './reports'

declare module '@/store/live' {
  interface LiveEvents {
    report: { id: string; state: ReportState; progress: number; step: string | null }
  }
}

export type Progress = Pick<ReportResponse, 'id' | 'state' | 'progress' | 'step'>

export const refreshReports = refreshes(getListReportsQueryKey())

/** Show how far a report is, wherever it is shown. */
export function showProgress(client: QueryClient, progress: Progress): void {
  changePages<ListingReportResponse>(client, getListReportsQueryKey(), (page) => ({
    ...page,
    data: page.data.map((report) => withProgress(report, progress)),
  }))
  client.setQueryData<DataReportResponse>(
    getGetReportQueryKey(progress.id),
    (report) => report && { ...report, data: withProgress(report.data, progress) },
  )
}

/** Events may come late: progress never goes back. */
function withProgress(report: ReportResponse, progress: Progress): ReportResponse {
  const isNews = report.id === progress.id && isUnfinished(report) && progress.progress >= report.progress
  return isNews ? { ...report, ...progress } : report
}
