import { cleanup, configure } from '@testing-library/vue'
import { disposePinia, getActivePinia } from 'pinia'
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest'
import { h } from 'vue'

import { SIGNED_IN_KEY } from '@/store/session'

import { ada, api } from './api'
import { installEventSource } from './live'

// What browsers have and jsdom lacks; the component library asks for it.
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

// jsdom cannot draw; the tests in a real browser see the charts.
vi.mock('vue-chartjs', () => {
  const chart = { render: () => h('canvas', { role: 'img' }) }
  return { Bar: chart, Line: chart }
})

// Pages load their code when they are opened, which takes a busy machine a while.
configure({ asyncUtilTimeout: 10_000 })

beforeAll(() => {
  api.listen({ onUnhandledFrame: 'error' })
})
beforeEach(installEventSource)
// As in a browser where somebody was signed in before: the API is asked who it is.
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

/** The stores of one test must not hear what happens in the next. */
function leaveStores(): void {
  const pinia = getActivePinia()
  if (pinia) disposePinia(pinia)
}
