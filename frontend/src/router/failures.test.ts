import { http, HttpResponse } from 'msw'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'

import { usePageStore } from '@/store/page'
import { answer, api } from '@/test/api'
import * as page from '@/utils/page'

import { handleFailures, tryAgain, withLoadFailures } from './failures'

const component = { render: () => null }
const missing = vi.fn<() => Promise<typeof component>>()

function makeRouter(): Router {
  const routes = [
    { path: '/', component },
    { path: '/later', component: missing, children: [{ path: 'new', component }] },
  ]
  const router = createRouter({ history: createMemoryHistory(), routes: withLoadFailures(routes) })
  handleFailures(router)
  return router
}

function serve(entry: string): void {
  const html = `<!doctype html><script type="module" src="/assets/${entry}.js"></script>`
  api.use(http.get('/', () => HttpResponse.html(html)))
}

async function openFrom(router: Router, path: string | null): Promise<void> {
  if (path) await router.push(path)
  await router.push('/later').catch(() => undefined)
}

beforeEach(() => {
  setActivePinia(createPinia())
  vi.spyOn(page, 'loadDocument').mockReturnValue()
  missing.mockReset().mockRejectedValue(new TypeError('Failed to fetch dynamically imported module'))
  document.head.innerHTML = '<script type="module" src="/assets/now.js"></script>'
})
afterEach(() => {
  document.head.innerHTML = ''
})

it('stays on the page and says so when offline', async () => {
  api.use(http.get('/', () => HttpResponse.error()))
  const router = makeRouter()
  await openFrom(router, '/')

  await vi.waitFor(() => {
    expect(usePageStore().failure).toMatchObject({ isFirst: false, path: '/later' })
  })
  expect(router.currentRoute.value.path).toBe('/')
  expect(page.loadDocument).not.toHaveBeenCalled()
})

it.each([
  ['an outage', HttpResponse.html('<h1>Bad gateway</h1>', { status: 502 })],
  ['another site’s page', HttpResponse.html('<h1>Welcome to the hotel</h1>')],
])('stays on the page during %s', async (_name, response) => {
  api.use(http.get('/', () => response.clone()))
  await openFrom(makeRouter(), '/')
  await vi.waitFor(() => {
    expect(usePageStore().failure).not.toBeNull()
  })
  expect(page.loadDocument).not.toHaveBeenCalled()
})

it('loads a new document after a release', async () => {
  serve('next')
  await openFrom(makeRouter(), '/')
  await vi.waitFor(() => {
    expect(page.loadDocument).toHaveBeenCalledExactlyOnceWith('/later')
  })
  expect(usePageStore().failure).toBeNull()
})

it('never reloads the first page of a document by itself', async () => {
  serve('next')
  await openFrom(makeRouter(), null)
  await vi.waitFor(() => {
    expect(usePageStore().failure).toMatchObject({ isFirst: true })
  })
  expect(page.loadDocument).not.toHaveBeenCalled()
})

it('opens the page when a retry succeeds', async () => {
  serve('now')
  const router = makeRouter()
  await openFrom(router, '/')
  await vi.waitFor(() => {
    expect(usePageStore().failure).not.toBeNull()
  })

  missing.mockResolvedValue(component)
  await tryAgain(router, '/later')

  expect(router.currentRoute.value.path).toBe('/later')
  expect(usePageStore().failure).toBeNull()
  expect(page.loadDocument).not.toHaveBeenCalled()
})

it('loads a new document when a retry fails and the server answers', async () => {
  serve('now')
  const router = makeRouter()
  await openFrom(router, '/')
  await tryAgain(router, '/later')
  expect(page.loadDocument).toHaveBeenCalledExactlyOnceWith('/later')
})

it('reports bugs but not failed loads', async () => {
  vi.spyOn(console, 'error').mockReturnValue()
  serve('now')
  const reports = answer('post', '/api/client-errors', { status: 204 })
  const router = makeRouter()
  await openFrom(router, '/')
  router.beforeEach(() => {
    throw new RangeError('a mistake in a guard')
  })
  await openFrom(router, null)
  await vi.waitFor(() => {
    expect(reports).toHaveLength(1)
  })
  expect(reports).toMatchObject([{ message: 'RangeError: a mistake in a guard' }])
})
