import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'

import { ada, answer, refusal } from '@/test/api'

import { guard } from './guards'

const component = { render: () => null }

function makeRouter(): Router {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/', name: 'home', component, meta: { title: 'dashboard.pages.dashboard' } },
      { path: '/private', component, meta: { title: 'account.groups.profile', requiresAuth: true } },
      {
        path: '/users',
        component,
        meta: { title: 'users.pages.list', requiresAuth: true, requiresPermission: 'read:users' },
      },
      { path: '/sign-in', name: 'sign-in', component, meta: { title: 'signIn.pages.signIn', requiresGuest: true } },
      {
        path: '/account/two-factor',
        name: 'account-two-factor',
        component,
        meta: { title: 'secondFactors.twoFactor.title' },
      },
      { path: '/unavailable', name: 'unavailable', component, meta: { title: 'failures.pages.unavailable' } },
      { path: '/:path(.*)*', name: 'not-found', component, meta: { title: 'failures.pages.notFound' } },
      { path: '/:address(.*)*', name: 'forbidden', component, meta: { title: 'failures.pages.forbidden' } },
    ],
  })
  router.beforeEach(guard)
  return router
}

async function destination(path: string) {
  const router = makeRouter()
  await router.push(path)
  return router.currentRoute.value
}

beforeEach(() => {
  setActivePinia(createPinia())
})

function asGuest(): void {
  answer('get', '/api/users/me', refusal(401, 'NOT_AUTHENTICATED'))
  answer('post', '/api/auth/refresh', refusal(401, 'SESSION_EXPIRED'))
}

it('sends a guest from a private page to sign in and remembers the page', async () => {
  asGuest()
  const { name, query } = await destination('/private?tab=2')
  expect(name).toBe('sign-in')
  expect(query.redirect).toBe('/private?tab=2')
})

it('lets a guest sign in', async () => {
  asGuest()
  expect((await destination('/sign-in')).name).toBe('sign-in')
})

it('lets a user see a private page and loads the user once', async () => {
  const requests = answer('get', '/api/users/me', { body: { data: ada } })
  const router = makeRouter()
  await router.push('/private')
  await router.push('/private?again')
  expect(router.currentRoute.value.fullPath).toBe('/private?again')
  expect(requests).toHaveLength(1)
})

it('sends a signed-in user from the sign-in page to the link’s target', async () => {
  answer('get', '/api/users/me', { body: { data: ada } })
  expect((await destination('/sign-in?redirect=/private')).path).toBe('/private')
  expect((await destination('/sign-in?redirect=//elsewhere.example')).path).toBe('/')
})

it('says which page a user may not open, at its address', async () => {
  answer('get', '/api/users/me', { body: { data: ada } })
  const { name, path } = await destination('/users')
  expect(name).toBe('forbidden')
  expect(path).toBe('/users')
})

it('shows a page to users with its permission', async () => {
  answer('get', '/api/users/me', { body: { data: { ...ada, permissions: ['read:users'] } } })
  expect((await destination('/users')).meta.title).toBe('users.pages.list')
})

it('does not mistake an unreachable API for a guest', async () => {
  answer('get', '/api/users/me', refusal(503, 'DATABASE_UNAVAILABLE'))
  const { name, query } = await destination('/private')
  expect(name).toBe('unavailable')
  expect(query.redirect).toBe('/private')
})

it('redirects a user whose role is withheld to the second-factor page', async () => {
  answer('get', '/api/users/me', { body: { data: { ...ada, roles: ['admin'], withheld_roles: ['admin'] } } })
  expect((await destination('/users')).name).toBe('account-two-factor')
})
