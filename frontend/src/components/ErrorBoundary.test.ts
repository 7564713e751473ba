import userEvent from '@testing-library/user-event'
import { render, screen } from '@testing-library/vue'
import { createPinia } from 'pinia'
import { beforeEach, expect, it, vi } from 'vitest'
import { defineComponent, h, ref } from 'vue'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'

import { useSnackbarStore } from '@/store/snackbar'
import { answer } from '@/test/api'
import { vuetify } from '@/vuetify'

import ErrorBoundary from './ErrorBoundary.vue'

const user = userEvent.setup()
const isBroken = ref(false)
const page = defineComponent({
  setup: () => () => {
    if (isBroken.value) throw new TypeError(`broken ${String(Math.random())}`)
    return h('button', { onClick: fail }, 'Press')
  },
})

function fail(): void {
  throw new TypeError('a mistake in a click')
}

async function open(): Promise<Router> {
  const routes = [
    { path: '/', component: page },
    { path: '/other', component: page },
  ]
  const router = createRouter({ history: createMemoryHistory(), routes })
  await router.push('/')
  render(ErrorBoundary, { slots: { default: () => h(page) }, global: { plugins: [createPinia(), router, vuetify] } })
  return router
}

beforeEach(() => {
  isBroken.value = false
  vi.spyOn(console, 'error').mockReturnValue()
})

it('shows a message in place of a broken page until the user retries', async () => {
  const reports = answer('post', '/api/client-errors', { status: 204 })
  isBroken.value = true
  await open()
  await screen.findByRole('heading', { name: 'Something went wrong' })
  await vi.waitFor(() => {
    expect(reports).toMatchObject([{ message: expect.stringMatching(/^TypeError: broken/) as string, page: '/' }])
  })

  isBroken.value = false
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  await screen.findByRole('button', { name: 'Press' })
})

it('lets the user leave a broken page', async () => {
  answer('post', '/api/client-errors', { status: 204 })
  isBroken.value = true
  const router = await open()
  await screen.findByRole('heading', { name: 'Something went wrong' })
  isBroken.value = false
  await router.push('/other')
  await screen.findByRole('button', { name: 'Press' })
})

it('keeps the page and its input when a click handler fails', async () => {
  const reports = answer('post', '/api/client-errors', { status: 204 })
  await open()
  await user.click(screen.getByRole('button', { name: 'Press' }))
  await vi.waitFor(() => {
    expect(reports).toContainEqual(expect.objectContaining({ message: 'TypeError: a mistake in a click' }))
  })
  expect(screen.getByRole('button', { name: 'Press' })).toBeTruthy()
  expect(useSnackbarStore().queue).toMatchObject([{ kind: 'error', text: 'Something went wrong. Please try again.' }])
})
