import { render, screen } from '@testing-library/vue'
import { expect, it, vi } from 'vitest'

import { setLocale } from '@/i18n'

import TimeAgo from './TimeAgo.vue'

it('moves on, and follows the language', async () => {
  vi.useFakeTimers({ now: new Date('2026-05-04T09:30:50Z') })
  try {
    render(TimeAgo, { props: { timestamp: '2026-05-04T09:30:00Z' } })
    expect(screen.getByText('50 seconds ago').getAttribute('datetime')).toBe('2026-05-04T09:30:00Z')
    await vi.advanceTimersByTimeAsync(30_000)
    expect(screen.getByText('1 minute ago')).toBeTruthy()
    await setLocale('de')
    await vi.advanceTimersByTimeAsync(0)
    expect(screen.getByText('vor 1 Minute')).toBeTruthy()
  } finally {
    vi.useRealTimers()
  }
})
