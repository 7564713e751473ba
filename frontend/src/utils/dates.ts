const day = new Intl.DateTimeFormat('en', { dateStyle: 'long' })
const moment = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })

/** Return the day of an ISO timestamp in words, such as "May 4, 2026". */
export function formatDay(timestamp: string): string {
  return day.format(new Date(timestamp))
}

/** Return day and time of an ISO timestamp in words, such as "May 4, 2026, 9:30 AM". */
export function formatMoment(timestamp: string): string {
  return moment.format(new Date(timestamp))
}
