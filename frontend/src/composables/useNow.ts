import { onScopeDispose, readonly, ref } from 'vue'

const STEP_MS = 15_000

const now = ref(Date.now())
let users = 0
let timer: ReturnType<typeof setInterval> | undefined

/** The current time, which moves in steps. All components share one timer. */
export function useNow() {
  users += 1
  if (users === 1) start()
  onScopeDispose(() => {
    users -= 1
    if (users === 0) clearInterval(timer)
  })
  return readonly(now)
}

function start(): void {
  tick()
  timer = setInterval(tick, STEP_MS)
}

function tick(): void {
  now.value = Date.now()
}
