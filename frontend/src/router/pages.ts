import type { RouteComponent, RouteLocation, RouteMeta, RouteRecordRaw } from 'vue-router'

import type { Permission } from '@/api/generated/client'
import type { MessageKey } from '@/messages/schema'

declare module 'vue-router' {
  interface RouteMeta {
    title: MessageKey
    /** For guests and users; the content depends on who is signed in. */
    welcomesGuests?: boolean
    /** Signed-in users only; guests are sent to the sign-in page and back. */
    requiresAuth?: boolean
    /** Guests only; signed-in users are sent to the dashboard. */
    requiresGuest?: boolean
    /** Only for users with this permission; others are told so. */
    requiresPermission?: Permission
  }
}

/**
 * The users who may open a page: signed-in users, users with a permission, or
 *
 * - `public`: guests and users; the content depends on who is signed in.
 * - `guest`: guests only.
 * - `standalone`: guests and users; the page does not need to know who is signed in.
 */
type Access = 'signed-in' | 'public' | 'guest' | 'standalone' | Permission

/** An entry of a menu. Lower orders come first. */
interface MenuEntry {
  icon: string
  order: number
}

/** A page of a feature. */
export interface Page {
  /** Without the leading slash. `:id` matches UUIDs only, and becomes a prop of the view. */
  path: string
  /** Name of the route. */
  name: string
  title: MessageKey
  view: () => Promise<RouteComponent>
  /** Default: `signed-in`. */
  access?: Access
  /** The landing page links to it; guests may open it. */
  isTour?: boolean
  /** Adds the page to the main navigation, for the users who may open it. */
  navigation?: MenuEntry & { section?: MessageKey }
  /** Makes it a tab of the account page, which shows the sections that name it. */
  accountGroup?: { order: number }
  /** Makes it a section of a tab of the account page; its address leads there. */
  accountSection?: { group: string; order: number }
}

/**
 * Values of the parameters in a feature's paths, exported as `examples`. The browser tests visit every page with them.
 *
 * A value is fixed, the id of the first item of an API's list, or the id of a new item that the API creates.
 */
export type Examples = Record<string, string | { list: string } | { create: string; body: object }>

// Ids of any other form are not found without asking the API.
const UUID = '([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})'

/** The pages of all features. A file in `pages` adds a feature. */
export const PAGES = Object.values(import.meta.glob<Page[]>('../pages/*.ts', { eager: true, import: 'default' })).flat()

/** Return the pages that are entries of a menu, in its order. */
export function pagesIn<Menu extends 'navigation' | 'accountGroup' | 'accountSection'>(menu: Menu) {
  return PAGES.filter((page): page is Page & Record<Menu, NonNullable<Page[Menu]>> => !!page[menu]).sort(
    (one, other) => one[menu].order - other[menu].order,
  )
}

/** Return the route of a page. */
export function toRoute({ path, name, title, view, access }: Page): RouteRecordRaw {
  return {
    path: `/${path.replace(/:id\b/, `:id${UUID}`)}`,
    name,
    component: view,
    props: path.includes(':id'),
    meta: { title, ...requirements(access) },
  }
}

/** Return what the guard checks before it opens a page. */
export function requirements(access: Access = 'signed-in'): Partial<RouteMeta> {
  if (access === 'standalone') return {}
  if (access === 'public') return { welcomesGuests: true }
  if (access === 'guest') return { requiresGuest: true }
  return { requiresAuth: true, ...(access !== 'signed-in' && { requiresPermission: access }) }
}

/** Return what tells apart the pages of one route, such as those of two users. */
export function pageKey({ params }: Pick<RouteLocation, 'params'>): string {
  return JSON.stringify(params)
}
