import type { ReportKind, ReportResponse } from '@/api/generated/client'

const UNITS = ['kB', 'MB', 'GB']

/** How each kind of report is called. */
export const REPORT_TITLES: Record<ReportKind, string> = { activity: 'Activity report' }

/** Tell whether somebody waits for the report still. */
export function isUnfinished({ state }: Pick<ReportResponse, 'state'>): boolean {
  return state === 'pending' || state === 'running'
}

/** Return the size of a file in words, such as "48 kB". */
export function formatSize(bytes: number): string {
  let size = bytes / 1000
  let unit = 0
  while (size >= 1000 && unit < UNITS.length - 1) {
    size /= 1000
    unit += 1
  }
  return `${size.toLocaleString('en', { maximumFractionDigits: size < 10 ? 1 : 0 })} ${UNITS[unit] ?? ''}`
}
