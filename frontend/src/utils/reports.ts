import type { ReportKind, ReportResponse } from '@/api/generated/client'
import type { MessageKey } from '@/messages/schema'

/** Title of each kind of report. */
export const REPORT_TITLES: Record<ReportKind, MessageKey> = { activity: 'reports.report.activity' }

/** Return whether the report is still being made. */
export function isUnfinished({ state }: Pick<ReportResponse, 'state'>): boolean {
  return state === 'pending' || state === 'running'
}
