import { byLocale, t } from '@/i18n'

const day = byLocale((locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'long' }))
// A date without a time, such as a due date, is the same day everywhere; `Date` takes it for midnight UTC.
const date = byLocale((locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }))
const DATE_ONLY = /^\d{4}-\d{2}-\d{2}$/
const moment = byLocale((locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }))

const brief = byLocale((locale) => new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric' }))
const WEEK_MS = 7 * 24 * 3600 * 1000

const time = byLocale((locale) => new Intl.DateTimeFormat(locale, { timeStyle: 'medium' }))
const relative = byLocale((locale) => ({
  // "yesterday" and "last year" mean days and years of the calendar; what is counted here are 24 hours and 365 days.
  long: new Intl.RelativeTimeFormat(locale),
  brief: new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }),
}))
const DAY_SECONDS = 86_400
const UNITS = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', DAY_SECONDS],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const

/** Format an ISO date, or the day of an ISO timestamp where the user is, such as "May 4, 2026". */
export function formatDay(timestamp: string): string {
  return (DATE_ONLY.test(timestamp) ? date : day).value.format(new Date(timestamp))
}

/** Format the day and time of an ISO timestamp, such as "May 4, 2026, 9:30 AM". */
export function formatMoment(timestamp: string): string {
  return moment.value.format(new Date(timestamp))
}

/** Format the distance of an ISO timestamp from `now`, such as "5 minutes ago". */
export function formatDistance(timestamp: string, now = Date.now()): string {
  const seconds = Math.round((new Date(timestamp).getTime() - now) / 1000)
  const [unit, size] = UNITS.find((candidate) => Math.abs(seconds) >= candidate[1]) ?? UNITS[5]
  return relative.value[size < DAY_SECONDS ? 'brief' : 'long'].format(Math.trunc(seconds / size), unit)
}

/** Format how long ago something was. To a browser whose clock is slow, it has just happened. */
export function formatAgo(timestamp: string, now = Date.now()): string {
  return formatDistance(timestamp, Math.max(now, Date.parse(timestamp)))
}

/** Format how long ago something was within the last week, else its day, such as "May 4, 2026". */
export function formatRecent(timestamp: string, now = Date.now()): string {
  const isRecent = Math.abs(now - Date.parse(timestamp)) < WEEK_MS
  return isRecent ? formatAgo(timestamp, now) : brief.value.format(Date.parse(timestamp))
}

/** Format a duration, rounded up, such as "45 seconds" or "2 minutes". */
export function formatDuration(seconds: number): string {
  if (seconds < 60) return t('common.duration.seconds', { count: seconds })
  if (seconds < 3600) return t('common.duration.minutes', { count: Math.ceil(seconds / 60) })
  return t('common.duration.hours', { count: Math.ceil(seconds / 3600) })
}

/** Format the time of day, such as "9:30:05 AM". */
export function formatTime(date: Date): string {
  return time.value.format(date)
}
