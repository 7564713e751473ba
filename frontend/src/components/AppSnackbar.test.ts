import { render, screen } from '@testing-library/vue'
import { createPinia, setActivePinia } from 'pinia'
import { nextTick } from 'vue'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import AppSnackbar from '@/components/AppSnackbar.vue'
import { useSnackbarStore } from '@/store/snackbar'
import { vuetify } from '@/vuetify'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

it.each(['Saved again.', 'Saved.'])('shows “%s” for its full time after another message', async (text) => {
  const pinia = createPinia()
  setActivePinia(pinia)
  render(AppSnackbar, { global: { plugins: [pinia, vuetify] } })
  const { show } = useSnackbarStore()

  show('Saved.')
  await nextTick()
  await vi.advanceTimersByTimeAsync(4900)
  show(text)
  await nextTick()
  await vi.advanceTimersByTimeAsync(4900)
  expect(screen.getByText(text)).toBeTruthy()

  await vi.advanceTimersByTimeAsync(5000)
  expect(screen.queryByText(text)).toBeNull()
})
