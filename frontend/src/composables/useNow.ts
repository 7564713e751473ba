import { createSharedComposable, useIntervalFn, useNow as useMovingTime } from '@vueuse/core'

const STEP_MS = 15_000

/** The current time, which moves in steps. All components share one timer. */
export const useNow = createSharedComposable(() => useMovingTime({ scheduler: (tick) => useIntervalFn(tick, STEP_MS) }))
