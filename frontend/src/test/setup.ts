import { cleanup, configure } from '@testing-library/vue'
import { disposePinia, getActivePinia } from 'pinia'
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest'
import { h } from 'vue'

import { SIGNED_IN_KEY } from '@/store/session'

import { ada, api } from './api'
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

// jsdom has no canvas; the browser tests cover the charts.
vi.mock('vue-chartjs', () => {
  const chart = { render: () => h('canvas', { role: 'img' }) }
  return { Bar: chart, Line: chart }
})

// Pages load their code on demand, which takes a while on a busy machine.
configure({ asyncUtilTimeout: 10_000 })

beforeAll(() => {
  api.listen({ onUnhandledFrame: 'error' })
})
beforeEach(installEventSource)
// Requests that a feature makes on another feature's pages are answered in every test. A test may replace the answer.
import.meta.glob('./answers/*.ts', { eager: true })
// As in a browser with a signed-in user: the app asks the API who it is.
beforeEach(() => {
  localStorage.setItem(SIGNED_IN_KEY, ada.id)
})
afterEach(() => {
  cleanup()
  leaveStores()
  api.resetHandlers()
  localStorage.clear()
  sessionStorage.clear()
})
afterAll(() => {
  api.close()
})

/** Keep the stores of one test from hearing events of the next. */
function leaveStores(): void {
  const pinia = getActivePinia()
  if (pinia) disposePinia(pinia)
}
