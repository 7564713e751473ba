import type { RouteLocationRaw } from 'vue-router'

/** A number that the API counts, as dashboards show it. */
export interface CountLabel {
  /** Above what the user wrote or received. */
  title: string
  /** Numbers are shown in this order, those without one at the end. */
  order?: number
  /** Among the totals of the product and in charts. Default: the title. */
  shortTitle?: string
  /** What the user did, such as "wrote 3 posts". */
  says?: (number: number) => string
  /** The page that lists what was counted. */
  to?: RouteLocationRaw
}

/** A button at the top of the dashboard. */
interface Action {
  title: string
  icon: string
  to: RouteLocationRaw
}

/** What a feature adds to pages that are not its own: the default export of `src/features/<feature>.ts`. */
export interface Feature {
  /** What users of the dashboard can start. */
  actions?: Action[]
  /** The icon of each kind of notification. */
  notifications?: Record<string, string>
  /** The label of each number that the API counts. */
  counts?: Record<string, CountLabel>
}
