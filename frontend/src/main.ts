import './styles/main.css'

import { createPinia } from 'pinia'
import { createApp } from 'vue'

import { onSessionEnd } from './api/apiClient'
import App from './App.vue'
import { makeRouter } from './router'
import { signInFor } from './router/guards'
import { useSessionStore } from './store/session'
import { vuetify } from './vuetify'

const router = makeRouter()
const app = createApp(App).use(createPinia()).use(router).use(vuetify)

onSessionEnd(() => {
  useSessionStore().forget()
  const page = router.currentRoute.value
  if (page.meta.requiresAuth) void router.push(signInFor(page))
})

app.mount('#app')
