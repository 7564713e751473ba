import type { RouteComponent, RouteRecordRaw } from 'vue-router'

import { loadAllMessages } from '@/i18n'

import { accountGroups, anchorOf } from './account'
import { HOME } from './navigation'
import { type Page, PAGES, requirements, toRoute } from './pages'

type Layout = 'app' | 'account' | 'guest'

/** The routes of all pages, below their layouts. Add pages in `src/pages`. */
export const routes: RouteRecordRaw[] = [
  {
    path: '/',
    component: () => import('@/components/layout/GuestLayout.vue'),
    children: [...routesIn('guest'), ...(hasLanding() ? [] : [{ path: '', name: 'home', redirect: { name: HOME } }])],
  },
  {
    path: '/',
    component: withAllMessages(() => import('@/components/layout/AppLayout.vue')),
    children: [
      {
        path: 'account',
        component: () => import('@/views/AccountView.vue'),
        redirect: { name: accountGroups()[0]?.name },
        children: routesIn('account'),
      },
      ...routesIn('app'),
      ...examples(),
    ],
  },
]

/** Whether a page tells guests about the product. */
function hasLanding(): boolean {
  return PAGES.some(({ name }) => name === 'home')
}

function routesIn(layout: Layout): RouteRecordRaw[] {
  return PAGES.filter((page) => layoutOf(page) === layout).map((page) => toSection(page) ?? toRoute(page))
}

/** Return a redirect from the address of a section to its place on the account page. */
function toSection(page: Page): RouteRecordRaw | null {
  const { accountSection: section, path, name } = page
  if (!section) return null
  return {
    path: `/${path}`,
    name,
    redirect: ({ query }) => ({ name: section.group, hash: `#${anchorOf(page)}`, query }),
  }
}

/** Return a loader of a layout and of the texts of all pages in it, which guests' forms do not need. */
function withAllMessages(layout: () => Promise<RouteComponent>): () => Promise<RouteComponent> {
  return () => Promise.all([layout(), loadAllMessages()]).then(([component]) => component)
}

function layoutOf({ access, accountGroup, accountSection }: Page): Layout {
  if (accountGroup ?? accountSection) return 'account'
  return access === 'guest' || access === 'standalone' ? 'guest' : 'app'
}

/** The page of `src/examples`, which a build leaves out. */
function examples(): RouteRecordRaw[] {
  if (!import.meta.env.DEV) return []
  const component = () => import('@/examples/ExamplesView.vue')
  return [{ path: 'examples', component, meta: { title: 'common.examples', ...requirements() } }]
}
