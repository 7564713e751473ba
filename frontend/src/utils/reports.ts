import type { ReportKind, ReportResponse } from '@/api/generated/client'
import { regionalLocale } from '@/i18n'
import type { MessageKey } from '@/messages/schema'

const UNITS = ['kilobyte', 'megabyte', 'gigabyte'] as const

/** Title of each kind of report. */
export const REPORT_TITLES: Record<ReportKind, MessageKey> = { activity: 'reports.report.activity' }

/** Return whether the report is still being made. */
export function isUnfinished({ state }: Pick<ReportResponse, 'state'>): boolean {
  return state === 'pending' || state === 'running'
}

/** Format a file size, such as "48 kB". */
export function formatSize(bytes: number): string {
  const power = Math.min(Math.max(Math.floor(Math.log10(bytes) / 3), 1), UNITS.length)
  const size = bytes / 1000 ** power
  const unit = { style: 'unit', unit: UNITS[power - 1], maximumFractionDigits: size < 10 ? 1 : 0 } as const
  return new Intl.NumberFormat(regionalLocale.value, unit).format(size)
}
