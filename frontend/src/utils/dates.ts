import { countOf } from './words'

const day = new Intl.DateTimeFormat('en', { dateStyle: 'long' })
// A date without a time, such as a due date, is the same day everywhere; `Date` takes it for midnight UTC.
const date = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeZone: 'UTC' })
const DATE_ONLY = /^\d{4}-\d{2}-\d{2}$/
const moment = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })

const time = new Intl.DateTimeFormat('en', { timeStyle: 'medium' })
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const

/** Format an ISO date, or the day of an ISO timestamp where the user is, such as "May 4, 2026". */
export function formatDay(timestamp: string): string {
  return (DATE_ONLY.test(timestamp) ? date : day).format(new Date(timestamp))
}

/** Format the day and time of an ISO timestamp, such as "May 4, 2026, 9:30 AM". */
export function formatMoment(timestamp: string): string {
  return moment.format(new Date(timestamp))
}

/** Format the distance of an ISO timestamp from `now`, such as "5 minutes ago". */
export function formatDistance(timestamp: string, now = Date.now()): string {
  const seconds = Math.round((new Date(timestamp).getTime() - now) / 1000)
  const [unit, size] = UNITS.find((candidate) => Math.abs(seconds) >= candidate[1]) ?? UNITS[3]
  return relative.format(Math.trunc(seconds / size), unit)
}

/** Format a duration, rounded up, such as "45 seconds" or "2 minutes". */
export function formatDuration(seconds: number): string {
  if (seconds < 60) return countOf(seconds, 'second')
  return seconds < 3600 ? countOf(Math.ceil(seconds / 60), 'minute') : countOf(Math.ceil(seconds / 3600), 'hour')
}

/** Format the time of day, such as "9:30:05 AM". */
export function formatTime(date: Date): string {
  return time.format(date)
}
