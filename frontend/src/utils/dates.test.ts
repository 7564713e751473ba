import { afterEach, describe, expect, it, vi } from 'vitest'

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
