import { render } from '@testing-library/vue'
import { createPinia, setActivePinia } from 'pinia'
import { createMemoryHistory, type Router } from 'vue-router'

import { onReauthenticationRequired } from '@/api/apiClient'
import App from '@/App.vue'
import { makeRouter } from '@/router'
import { leadToEnrollment } from '@/router/enrollment'
import { useReauthenticationStore } from '@/store/reauthentication'
import { vuetify } from '@/vuetify'

/** Open the whole program at `path`, as a browser would. */
export async function renderApp(path: string): Promise<Router> {
  const pinia = createPinia()
  setActivePinia(pinia)
  onReauthenticationRequired(() => useReauthenticationStore().ask())
  const router = makeRouter(createMemoryHistory())
  leadToEnrollment(router)
  render(App, { global: { plugins: [pinia, router, vuetify] } })
  await router.push(path)
  return router
}
