import userEvent from '@testing-library/user-event'
import { screen, waitFor } from '@testing-library/vue'
import { beforeEach, expect, it, vi } from 'vitest'

import { SLUG } from '@/product'
import { SIGNED_IN_KEY } from '@/store/session'
import { ada, answer, asAda, asGuest, observe, pageOf, refusal } from '@/test/api'
import { withoutProviders } from '@/test/identity'
import { sendEvent } from '@/test/live'
import { renderApp } from '@/test/renderApp'
import { draftsOf } from '@/utils/drafts'
import * as page from '@/utils/page'

const user = userEvent.setup()
const GRACE = '01980000-0000-7000-8000-0000000000ff'

beforeEach(() => {
  vi.spyOn(page, 'loadDocument').mockReturnValue()
  observe('get', '/api/notifications', pageOf([]))
  withoutProviders()
})

const becomesVisible = () => document.dispatchEvent(new Event('visibilitychange'))
const isRestored = () => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
const hearsOfAnotherSignIn = () => dispatchEvent(new StorageEvent('storage', { key: SIGNED_IN_KEY, newValue: GRACE }))
const streamIsAnothers = () => {
  sendEvent('ready', { user_id: GRACE })
}

it.each([becomesVisible, isRestored, hearsOfAnotherSignIn, streamIsAnothers])(
  'reloads when the cookies belong to another user: %o',
  async (happens) => {
    asAda()
    await renderApp('/notifications')
    await screen.findByRole('heading', { name: 'Notifications', level: 1 })
    const requests = observe('get', '/api/users/me', refusal(409, 'ANOTHER_USER'))

    happens()

    await waitFor(() => {
      expect(page.loadDocument).toHaveBeenCalledOnce()
    })
    expect(requests[0]?.headers.get('x-expected-user')).toBe(ada.id)
  },
)

it('says who is signed in after the reload', async () => {
  sessionStorage.setItem(`${SLUG}.user-changed`, 'yes')
  asAda()
  await renderApp('/notifications')
  await screen.findByText(`You’re now signed in as ${ada.email}, as in your other tab.`)
  expect(sessionStorage.getItem(`${SLUG}.user-changed`)).toBeNull()
})

it('refuses to change anything as another user', async () => {
  asAda()
  answer('patch', '/api/users/me', refusal(409, 'ANOTHER_USER'))
  await renderApp('/account/profile')
  await user.type(await screen.findByLabelText(/^Name/), ' Lovelace')
  await user.click(screen.getByRole('button', { name: 'Save' }))

  await waitFor(() => {
    expect(page.loadDocument).toHaveBeenCalledOnce()
  })
  expect(draftsOf(ada.id, 'profile')[0]?.values).toMatchObject({ name: 'Ada Lovelace' })
})

it('does not ask repeatedly for guests', async () => {
  asGuest()
  localStorage.clear()
  await renderApp('/sign-in')
  await screen.findByLabelText('Email')
  const requests = observe('get', '/api/users/me', { body: { data: ada } })
  becomesVisible()
  expect(requests).toHaveLength(0)

  localStorage.setItem(SIGNED_IN_KEY, ada.id)
  hearsOfAnotherSignIn()
  await waitFor(() => {
    expect(page.loadDocument).toHaveBeenCalledOnce()
  })
})

it('goes to the sign-in page after a sign-out in another tab', async () => {
  asAda()
  const router = await renderApp('/notifications')
  await screen.findByRole('heading', { name: 'Notifications', level: 1 })
  asGuest()
  localStorage.setItem(SIGNED_IN_KEY, 'signed-out')
  dispatchEvent(new StorageEvent('storage', { key: SIGNED_IN_KEY, newValue: 'signed-out' }))

  await screen.findByText(/You signed out in another tab/)
  expect(router.currentRoute.value.query.redirect).toBe('/notifications')
})
