import { onScopeDispose } from 'vue'

/** Debounce `action`: call it with the last value, `delay` milliseconds after it. */
export function useDebounced<Value>(action: (value: Value) => void, delay = 300) {
  let timer: ReturnType<typeof setTimeout> | undefined

  function cancel(): void {
    clearTimeout(timer)
  }

  function call(value: Value): void {
    cancel()
    timer = setTimeout(() => {
      action(value)
    }, delay)
  }

  onScopeDispose(cancel)
  return { call, cancel }
}
