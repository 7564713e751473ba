import { cleanup, configure } from '@testing-library/vue'
import { disposePinia, getActivePinia } from 'pinia'
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from 'vitest'

import { onEnrollmentRequired, onReauthenticationRequired, onSessionEnd, onUserChange, sendAs } from '@/api/apiClient'
import { LOCALES, loadAllMessages, setLocale } from '@/i18n'
import { SIGNED_IN_KEY } from '@/store/session'

import { ada, answered, api } from './api'
import { installEventSource } from './live'

// Browser APIs that jsdom lacks and the component library needs.
class IdleObserver {
  observe = vi.fn()
  unobserve = vi.fn()
  disconnect = vi.fn()
}
vi.stubGlobal('ResizeObserver', IdleObserver)
vi.stubGlobal('IntersectionObserver', IdleObserver)
vi.stubGlobal('visualViewport', new EventTarget())
vi.stubGlobal('matchMedia', (media: string) => Object.assign(new EventTarget(), { media, matches: false }))
vi.stubGlobal('scrollTo', () => undefined)
vi.stubGlobal('PublicKeyCredential', vi.fn())
Element.prototype.scrollIntoView = () => undefined

// Pages load their code on demand, which takes a while on a busy machine.
configure({ asyncUtilTimeout: 10_000 })

beforeAll(async () => {
  await loadAllMessages()
  api.listen({ onUnhandledFrame: 'error' })
})
// Libraries write to the console what is wrong, such as a request without an answer, and go on. Here the test fails,
// unless it replaces the method.
const written: unknown[][] = []
beforeEach(() => {
  for (const method of ['warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation((...values: unknown[]) => written.push(values))
  }
})
beforeEach(installEventSource)
// Requests that a feature makes on another feature's pages are answered in every test. A test may replace the answer.
const answers = import.meta.glob<() => void>('./answers/*.ts', { eager: true, import: 'default' })
beforeEach(() => {
  for (const answer of Object.values(answers)) answer()
})
// As in a browser with a signed-in user: the app asks the API who it is.
beforeEach(() => {
  localStorage.setItem(SIGNED_IN_KEY, ada.id)
})
afterEach(async () => {
  cleanup()
  vi.restoreAllMocks()
  // Formats are made once for each language, with the region that the browser names at that moment. So change it twice.
  for (const name of [...LOCALES, 'en'] as const) await setLocale(name)
  disconnect()
  // A late request would take an answer of the next test.
  await answered()
  api.resetHandlers()
  localStorage.clear()
  sessionStorage.clear()
  expect(written.splice(0)).toEqual([])
})
afterAll(() => {
  api.close()
})

/** Keep what a test started from hearing events and refusals of the next test. */
function disconnect(): void {
  const pinia = getActivePinia()
  if (pinia) disposePinia(pinia)
  sendAs(() => undefined)
  onSessionEnd(() => Promise.resolve(false))
  onUserChange(() => undefined)
  onEnrollmentRequired(() => undefined)
  onReauthenticationRequired(() => Promise.resolve(false))
}
