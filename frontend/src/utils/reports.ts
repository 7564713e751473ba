import type { ReportKind, ReportResponse } from '@/api/generated/client'

const UNITS = ['kB', 'MB', 'GB']

/** Title of each kind of report. */
export const REPORT_TITLES: Record<ReportKind, string> = { activity: 'Activity report' }

/** Return whether the report is still being made. */
export function isUnfinished({ state }: Pick<ReportResponse, 'state'>): boolean {
  return state === 'pending' || state === 'running'
}

/** Format a file size, such as "48 kB". */
export function formatSize(bytes: number): string {
  let size = bytes / 1000
  let unit = 0
  while (size >= 1000 && unit < UNITS.length - 1) {
    size /= 1000
    unit += 1
  }
  return `${size.toLocaleString('en', { maximumFractionDigits: size < 10 ? 1 : 0 })} ${UNITS[unit] ?? ''}`
}
