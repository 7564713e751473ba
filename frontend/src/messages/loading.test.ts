import { expect, it, vi } from 'vitest'

it('knows the messages of a language without the English ones', async () => {
  vi.resetModules()
  const { isKey, loadAllMessages, setLocale: speakFresh } = await import('@/i18n')
  await speakFresh('de')
  await loadAllMessages()
  expect(isKey('securityEvents.kinds.signed_in')).toBe(true)
  expect(isKey('securityEvents.kinds.from_a_newer_api')).toBe(false)
})
