import { render, screen } from '@testing-library/vue'
import { createPinia, setActivePinia } from 'pinia'
import { nextTick } from 'vue'
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest'

import { APIError } from '@/api/APIError'
import AppSnackbar from '@/components/AppSnackbar.vue'
import { useSnackbarStore } from '@/store/snackbar'
import { vuetify } from '@/vuetify'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

function open(): ReturnType<typeof useSnackbarStore> {
  const pinia = createPinia()
  setActivePinia(pinia)
  // A message leaves the queue when its transition ends.
  render(AppSnackbar, { global: { plugins: [pinia, vuetify], stubs: { transition: false } } })
  return useSnackbarStore()
}

it.each(['Saved again.', 'Saved.'])('shows “%s” for its full time after another message', async (text) => {
  const snackbar = open()
  snackbar.success('Saved.')
  await nextTick()
  await vi.advanceTimersByTimeAsync(4900)
  snackbar.success(text)
  await nextTick()
  await vi.advanceTimersByTimeAsync(4900)
  expect(screen.getByText(text)).toBeTruthy()

  await vi.advanceTimersByTimeAsync(5000)
  expect(screen.queryByText(text)).toBeNull()
})

it('shows every message, even those of one moment', async () => {
  const snackbar = open()
  snackbar.success('First saved.')
  snackbar.success('Second saved.')
  await vi.advanceTimersByTimeAsync(500)
  expect(screen.getByText('First saved.')).toBeTruthy()
  expect(screen.getByText('Second saved.')).toBeTruthy()
})

it('runs the action of a message and closes it', async () => {
  const snackbar = open()
  const undo = vi.fn()
  snackbar.success('Post deleted.', { title: 'Undo', run: undo })
  await vi.advanceTimersByTimeAsync(6000)
  screen.getByRole('button', { name: 'Undo' }).click()
  expect(undo).toHaveBeenCalledOnce()
  await vi.advanceTimersByTimeAsync(1000)
  expect(screen.queryByText('Post deleted.')).toBeNull()
})

it('announces an error at once and offers its details', async () => {
  const snackbar = open()
  const writeText = vi.fn().mockResolvedValue(undefined)
  Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText } })
  onTestFinished(() => void Reflect.deleteProperty(navigator, 'clipboard'))
  snackbar.error(
    new APIError({
      status: 500,
      code: 'INTERNAL_ERROR',
      internalCode: 50000,
      message: 'Something went wrong on our side.',
      details: [],
      requestId: 'r-1',
      retryAfter: null,
    }),
  )
  await vi.advanceTimersByTimeAsync(100)

  expect(screen.getByRole('alert').textContent).toContain('Something went wrong on our side.')
  screen.getByRole('button', { name: 'Copy details' }).click()
  expect(writeText).toHaveBeenCalledWith(expect.stringMatching(/^Request: r-1\nError: INTERNAL_ERROR\n/))
})
