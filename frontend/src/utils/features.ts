import type { QueryClient } from '@tanstack/vue-query'
import type { RouteLocationRaw } from 'vue-router'

import type { DashboardResponse, Permission } from '@/api/generated/client'
import type { MessageKey } from '@/messages/schema'
import type { LiveEvents } from '@/store/live'

/** A number that the API counts, as dashboards show it. */
export interface CountLabel {
  /** Above what the user wrote or received. */
  title: MessageKey
  /** Numbers are shown in this order, those without one at the end. */
  order?: number
  /** Among the totals of the product and in charts. Default: the title. */
  shortTitle?: MessageKey
  /** A clause about the user, such as "wrote {count} posts". */
  says?: MessageKey
  /** The page that lists what was counted. */
  to?: RouteLocationRaw
}

/** A button at the top of the dashboard. */
interface Action {
  title: MessageKey
  icon: string
  to: RouteLocationRaw
}

/** Something that the command palette finds. */
export interface Found {
  title: string
  subtitle?: string
  to: RouteLocationRaw
}

/** How the command palette finds what belongs to a feature. */
export interface Search {
  /** Above the results. */
  title: MessageKey
  icon: string
  /** The permission to search. Default: every user may. */
  permission?: Permission
  find: (text: string) => Promise<Found[]>
}

/** Something that a new user should do once. Steps are shown in this order. */
export interface FirstStep {
  title: MessageKey
  icon: string
  order: number
  to: RouteLocationRaw
  isDone: (dashboard: DashboardResponse) => boolean | Promise<boolean>
}

/** The parts of a feature on other pages: the default export of `src/features/<feature>.ts`. */
export interface Feature {
  /** Actions on the dashboard. */
  actions?: Action[]
  /** First steps of new users. */
  firstSteps?: FirstStep[]
  /** Searches of the command palette through the API. */
  search?: Search
  /** The icon of each kind of notification. */
  notifications?: Record<string, string>
  /** The label of each number that the API counts. */
  counts?: Record<string, CountLabel>
  /** Changes of the cache by events: see `refreshes`. */
  events?: { [Kind in keyof LiveEvents]?: (client: QueryClient, data: LiveEvents[Kind]) => unknown }
}
