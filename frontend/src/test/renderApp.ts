import { render } from '@testing-library/vue'
import { createPinia, disposePinia, setActivePinia } from 'pinia'
import { onTestFinished } from 'vitest'
import { createMemoryHistory, type Router } from 'vue-router'

import App from '@/App.vue'
import { connectLanguage } from '@/connectLanguage'
import { connectSession } from '@/connectSession'
import { makeRouter } from '@/router'
import { redirectToEnrollment } from '@/router/enrollment'
import { useQueriesStore } from '@/store/queries'
import { vuetify } from '@/vuetify'

/** Render the whole app at `path`. */
export async function renderApp(path: string): Promise<Router> {
  const pinia = createPinia()
  setActivePinia(pinia)
  withoutRetries()
  const router = makeRouter(createMemoryHistory())
  redirectToEnrollment(router)
  const disconnect = connectSession(router)
  const disconnectLanguage = await connectLanguage()
  onTestFinished(() => {
    disconnectLanguage()
    disconnect()
    disposePinia(pinia)
  })
  render(App, { global: { plugins: [pinia, router, vuetify] } })
  await router.push(path)
  return router
}

/** A test that lets a request fail does not wait for the next attempt. */
function withoutRetries(): void {
  const { client } = useQueriesStore()
  const { queries, ...others } = client.getDefaultOptions()
  client.setDefaultOptions({ ...others, queries: { ...queries, retry: false } })
}
