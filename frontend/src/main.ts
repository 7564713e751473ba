import './styles/main.css'

import { createPinia } from 'pinia'
import { createApp } from 'vue'

import { reportError } from './api/reportError'
import App from './App.vue'
import { connectLanguage } from './connectLanguage'
import { connectSession } from './connectSession'
import { makeRouter } from './router'
import { redirectToEnrollment } from './router/enrollment'
import { vuetify } from './vuetify'

const router = makeRouter()
const app = createApp(App).use(createPinia()).use(router).use(vuetify)

app.config.errorHandler = reportError
addEventListener('error', ({ error, message }) => {
  reportError(error ?? message)
})
addEventListener('unhandledrejection', ({ reason }) => {
  reportError(reason)
})

redirectToEnrollment(router)
connectSession(router)
void connectLanguage().finally(() => app.mount('#app'))
