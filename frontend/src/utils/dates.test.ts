import { afterEach, describe, expect, it, vi } from 'vitest'

import { setLocale } from '@/i18n'

import { formatAgo, formatDistance, formatRecent } from './dates'

afterEach(() => {
  vi.unstubAllEnvs()
})

describe.each(['America/New_York', 'UTC', 'Pacific/Auckland'])('in %s', (name) => {
  it('shows a date without a time as the day that it names', async () => {
    vi.stubEnv('TZ', name)
    vi.resetModules()
    const { formatDay } = await import('./dates')
    expect(formatDay('2026-12-31')).toBe('December 31, 2026')
  })
})

it.each([
  ['America/New_York', 'December 30, 2026'],
  ['Pacific/Auckland', 'December 31, 2026'],
])('shows the day of a timestamp where the user is: %s', async (name, day) => {
  vi.stubEnv('TZ', name)
  vi.resetModules()
  const { formatDay } = await import('./dates')
  expect(formatDay('2026-12-31T02:00:00Z')).toBe(day)
})

it.each([
  ['2026-11-28T08:54:00Z', '2026-11-30T08:24:00Z', '1 day ago', 'vor 1 Tag'],
  ['2026-11-28T08:54:00Z', '2026-12-01T07:54:00Z', '2 days ago', 'vor 2 Tagen'],
  ['2026-11-28T08:54:00Z', '2028-10-18T08:54:00Z', '1 year ago', 'vor 1 Jahr'],
  ['2026-11-29T08:54:00Z', '2026-11-28T07:54:00Z', 'in 1 day', 'in 1 Tag'],
])(
  'counts elapsed days and years, which are none of the calendar: %s seen %s',
  async (moment, now, english, german) => {
    expect(formatDistance(moment, Date.parse(now))).toBe(english)
    await setLocale('de')
    expect(formatDistance(moment, Date.parse(now))).toBe(german)
  },
)

it('takes what has happened for past when the clock of the browser is slow', () => {
  const [moment, now] = ['2026-11-28T09:00:00Z', Date.parse('2026-11-28T08:50:00Z')]
  expect(formatAgo(moment, now)).toBe('now')
  expect(formatRecent(moment, now)).toBe('now')
  expect(formatDistance(moment, now)).toBe('in 10 minutes')
})
