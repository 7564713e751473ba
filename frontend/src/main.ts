import './styles/main.css'

import { createPinia } from 'pinia'
import { createApp } from 'vue'

import { onReauthenticationRequired, onSessionEnd } from './api/apiClient'
import App from './App.vue'
import { makeRouter } from './router'
import { leadToEnrollment } from './router/enrollment'
import { signInFor } from './router/guards'
import { useReauthenticationStore } from './store/reauthentication'
import { useSessionStore } from './store/session'
import { vuetify } from './vuetify'

const router = makeRouter()
const app = createApp(App).use(createPinia()).use(router).use(vuetify)

onSessionEnd(() => {
  useSessionStore().forget()
  const page = router.currentRoute.value
  if (page.meta.requiresAuth) void router.push(signInFor(page))
})

leadToEnrollment(router)

onReauthenticationRequired(() => useReauthenticationStore().ask())

app.mount('#app')
