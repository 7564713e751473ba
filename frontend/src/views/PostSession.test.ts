import { screen, waitFor, within } from '@testing-library/vue'
import { expect, it, vi } from 'vitest'

import type { ErrorCode } from '@/api/generated/client'
import { SIGNED_IN_KEY, useSessionStore } from '@/store/session'
import { ada, answer, asAda, asGuest, observe, refusal } from '@/test/api'
import { withoutProviders } from '@/test/identity'
import { asWriter, GRACE, POST, press, user, write } from '@/test/postEditor'
import { post } from '@/test/posts'
import { renderApp } from '@/test/renderApp'
import { countDrafts } from '@/utils/drafts'
import * as page from '@/utils/page'
import { SIGNED_OUT } from '@/utils/sessionEnd'

it('reloads a public page when the session ends and says why', async () => {
  asAda()
  answer('get', `/api/posts/${post.id}`, { body: { data: post } })
  await renderApp(`/posts/${post.id}`)
  await screen.findByRole('link', { name: 'Edit' })
  asGuest()
  document.dispatchEvent(new Event('visibilitychange'))

  await screen.findByText('Your session has ended. You’re now browsing as a guest.')
  expect(screen.queryByRole('link', { name: 'Edit' })).toBeNull()
  expect(useSessionStore().isSignedIn).toBe(false)
})

function endSession(reason: ErrorCode = 'SESSION_REVOKED'): void {
  answer('get', '/api/users/me', refusal(401, 'NOT_AUTHENTICATED'))
  answer('post', '/api/posts', refusal(401, 'NOT_AUTHENTICATED'))
  answer('post', '/api/auth/refresh', refusal(401, reason))
  withoutProviders()
}

/** Write a post, and try to save it after the session has ended. */
async function loseSession() {
  asWriter()
  const router = await renderApp('/posts/new')
  await write('On engines', 'Text.')
  endSession()
  await press('Save draft')
  const dialog = within(await screen.findByRole('dialog', { name: 'Sign in again' }))
  return { router, dialog }
}

it('asks to sign in over the page when the session ends, and then saves', async () => {
  const { router, dialog } = await loseSession()
  dialog.getByText(/ended from another device.* what you typed is still here/)
  expect(dialog.getByLabelText<HTMLInputElement>('Email').value).toBe(ada.email)
  const saved = observe('post', '/api/posts', { status: 201, body: { data: post } })
  answer('get', POST, { body: { data: post } })
  answer('post', '/api/auth/signin', { body: { data: ada } })
  await user.type(dialog.getByLabelText('Password'), 'correct horse{Enter}')

  await screen.findByRole('heading', { name: 'On engines', level: 1 })
  expect(screen.queryByRole('dialog')).toBeNull()
  expect(router.currentRoute.value.name).toBe('post')
  expect(saved.map(({ body }) => body)).toEqual([
    { title: 'On engines', subtitle: null, content: 'Text.', published: false },
  ])
  expect(countDrafts(ada.id)).toBe(0)
})

it('asks for a second factor over the page as well', async () => {
  const { dialog } = await loseSession()
  answer('post', '/api/auth/signin', refusal(401, 'MFA_REQUIRED', [{ field: 'totp', message: '' }]))
  answer('post', '/api/auth/mfa/verify', { body: { data: ada } })
  answer('post', '/api/posts', { status: 201, body: { data: post } })
  answer('get', POST, { body: { data: post } })
  await user.type(dialog.getByLabelText('Password'), 'correct horse{Enter}')
  await user.type(await dialog.findByLabelText('Authenticator code'), '123456{Enter}')

  await screen.findByRole('heading', { name: 'On engines', level: 1 })
})

it('asks once for all calls that wait, and sends each again', async () => {
  const { dialog } = await loseSession()
  document.dispatchEvent(new Event('visibilitychange'))
  expect(screen.getAllByRole('dialog')).toHaveLength(1)
  const saved = answer('post', '/api/posts', { status: 201, body: { data: post } })
  answer('get', POST, { body: { data: post } })
  answer('post', '/api/auth/signin', { body: { data: ada } })
  await user.type(dialog.getByLabelText('Password'), 'correct horse{Enter}')

  await screen.findByRole('heading', { name: 'On engines', level: 1 })
  expect(saved).toHaveLength(1)
})

it('goes on by itself when the user signs in again in another tab', async () => {
  await loseSession()
  answer('get', '/api/users/me', { body: { data: ada } })
  answer('post', '/api/posts', { status: 201, body: { data: post } })
  answer('get', POST, { body: { data: post } })
  document.dispatchEvent(new Event('visibilitychange'))

  await screen.findByRole('heading', { name: 'On engines', level: 1 })
  expect(screen.queryByRole('dialog')).toBeNull()
})

it('leads to the sign-in page on request, and keeps the draft', async () => {
  const { router, dialog } = await loseSession()
  await user.click(dialog.getByRole('button', { name: 'Leave the page' }))

  await screen.findByText(/ended from another device.* We kept what you typed/)
  expect(router.currentRoute.value.query.redirect).toBe('/posts/new')
  expect(screen.queryByRole('dialog')).toBeNull()
  answer('post', '/api/auth/signin', { body: { data: ada } })
  await user.type(screen.getByLabelText('Password'), 'correct horse{Enter}')

  expect((await screen.findByLabelText<HTMLInputElement>('Title')).value).toBe('On engines')
  await screen.findByText(/We restored your draft/)
})

it('starts anew when another user signs in over the page', async () => {
  vi.spyOn(page, 'loadDocument').mockReturnValue()
  const { dialog } = await loseSession()
  const saved = answer('post', '/api/posts', { status: 201, body: { data: post } })
  answer('post', '/api/auth/signin', { body: { data: { ...ada, id: GRACE, email: 'grace@example.com' } } })
  await user.type(dialog.getByLabelText('Password'), 'correct horse{Enter}')

  await waitFor(() => {
    expect(page.loadDocument).toHaveBeenCalledWith('/')
  })
  expect(saved).toHaveLength(0)
  expect(countDrafts(ada.id)).toBe(1)
  expect(countDrafts(GRACE)).toBe(0)
})

it('signs out of all tabs at once, whatever was typed there', async () => {
  asWriter()
  const router = await renderApp('/posts/new')
  await write('On engines', 'Text.')
  endSession()
  localStorage.setItem(SIGNED_IN_KEY, SIGNED_OUT)
  dispatchEvent(new StorageEvent('storage', { key: SIGNED_IN_KEY, newValue: SIGNED_OUT }))

  await screen.findByText(/You signed out in another tab/)
  expect(router.currentRoute.value.name).toBe('sign-in')
})
