import type { RouteLocationRaw } from 'vue-router'

/** A key figure. */
export interface Total {
  name: string
  value: string
  isBad?: boolean
  /** The page that lists what was counted. */
  to?: RouteLocationRaw
  /** How the number changed. */
  trend?: number[]
  /** The same in words. */
  note?: string
}
