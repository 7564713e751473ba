import userEvent from '@testing-library/user-event'
import { cleanup, screen, waitFor, within } from '@testing-library/vue'
import { http, HttpResponse } from 'msw'
import { beforeEach, expect, it, vi } from 'vitest'

import type { ErrorCode } from '@/api/generated/client'
import { SIGNED_IN_KEY } from '@/store/session'
import { ada, answer, api, asAda, observe, pageOf, refusal } from '@/test/api'
import { withoutProviders } from '@/test/identity'
import { byNobody, post } from '@/test/posts'
import { renderApp } from '@/test/renderApp'
import { countDrafts, DAYS_KEPT, deleteDrafts, draftsOf, newDraftKey, writeDraft } from '@/utils/drafts'
import * as page from '@/utils/page'
import { SIGNED_OUT } from '@/utils/sessionEnd'

const user = userEvent.setup()
const GRACE = '01980000-0000-7000-8000-0000000000ff'
const POST = `/api/posts/${post.id}`
const EDITOR = `/posts/${post.id}/edit`

beforeEach(() => {
  asAda()
  observe('get', '/api/posts', pageOf([], { total: 0 }))
})

async function write(title: string, content: string): Promise<void> {
  await user.type(await screen.findByLabelText('Title'), title)
  if (content) await user.type(screen.getByLabelText('Content'), content)
}

function press(name: string) {
  return user.click(screen.getByRole('button', { name }))
}

it('creates a post and shows it', async () => {
  const requests = observe('post', '/api/posts', { status: 201, body: { data: post } })
  answer('get', POST, { body: { data: post } })
  await renderApp('/posts/new')

  await write(' On engines ', 'Text.')
  await user.click(screen.getByLabelText('Published'))
  await press('Save and publish')

  await screen.findByRole('heading', { name: 'On engines' })
  expect(requests.map(({ body }) => body)).toEqual([
    { title: 'On engines', subtitle: null, content: 'Text.', published: true },
  ])
})

it('reuses the key after a lost response and uses a new one for another post', async () => {
  const keys: (string | null)[] = []
  api.use(
    http.post('/api/posts', ({ request }) => {
      keys.push(request.headers.get('idempotency-key'))
      return HttpResponse.error()
    }),
  )
  await renderApp('/posts/new')

  await write('On engines', 'Text.')
  await press('Save draft')
  await screen.findByText(/can’t reach the server/)
  await press('Save draft')
  await waitFor(() => {
    expect(keys).toHaveLength(2)
  })
  await user.type(await screen.findByLabelText('Content'), ' More.')
  await press('Save draft')
  await waitFor(() => {
    expect(keys).toHaveLength(3)
  })

  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/)
  expect(keys[1]).toBe(keys[0])
  expect(keys[2]).not.toBe(keys[0])
})

it('shows missing values and the API’s errors at each field', async () => {
  const details = [{ field: 'title', message: 'Not this one.' }]
  const requests = observe('post', '/api/posts', refusal(422, 'VALIDATION_FAILED', details))
  await renderApp('/posts/new')

  await write('On engines', '')
  await press('Save draft')
  await screen.findByText('Fill in this field.')
  expect(document.activeElement).toBe(screen.getByLabelText('Content'))
  expect(requests).toHaveLength(0)

  await user.type(screen.getByLabelText('Content'), 'Text.')
  await press('Save draft')
  await screen.findByText('Not this one.')
  expect(document.activeElement).toBe(screen.getByLabelText('Title'))
})

it('asks before leaving unsaved changes and keeps them as a draft', async () => {
  const router = await renderApp('/posts/new')
  await write('On engines', '')

  await user.click(screen.getByRole('link', { name: 'All posts' }))
  const dialog = within(await screen.findByRole('dialog', { name: 'Leave without saving?' }))
  await user.click(dialog.getByRole('button', { name: 'Keep editing' }))
  expect(router.currentRoute.value.name).toBe('new-post')
  expect(screen.getByLabelText<HTMLInputElement>('Title').value).toBe('On engines')

  await user.click(screen.getByRole('link', { name: 'All posts' }))
  await user.click(await screen.findByRole('button', { name: 'Keep draft' }))
  await screen.findByText('No posts yet')
  expect(router.currentRoute.value.name).toBe('posts')

  await router.push('/posts/new')
  await screen.findByText(/We restored your draft from/)
  expect(screen.getByLabelText<HTMLInputElement>('Title').value).toBe('On engines')
})

it('lets the user leave an unchanged page', async () => {
  answer('get', POST, { body: { data: post } })
  const router = await renderApp(EDITOR)

  await screen.findByLabelText('Title')
  await press('Cancel')

  await screen.findByRole('heading', { name: 'On engines', level: 1 })
  expect(router.currentRoute.value.name).toBe('post')
})

it('shows no editor for another author’s post', async () => {
  answer('get', POST, { body: { data: { ...post, author: byNobody } } })
  await renderApp(EDITOR)
  await screen.findByRole('heading', { name: 'You can’t edit this post' })
})

const theirs = { ...post, title: 'On theirs', version: 4 }

async function meetConflict() {
  answer('get', POST, { body: { data: post } }, { body: { data: theirs } })
  const requests = observe('put', POST, refusal(412, 'VERSION_CHANGED'), { body: { data: { ...post, version: 5 } } })
  const router = await renderApp(EDITOR)
  await user.type(await screen.findByLabelText('Title'), ' of mine')
  await press('Save and publish')
  const dialog = within(await screen.findByRole('dialog', { name: 'Another version was saved' }))
  const title = within(dialog.getByRole('region', { name: 'Title' }))
  expect(title.getByText('theirs').tagName).toBe('DEL')
  expect(title.getByText('engines of mine').tagName).toBe('INS')
  const sent = () => requests.map(({ headers, body }) => [headers.get('if-match'), (body as { title: string }).title])
  return { router, dialog, sent }
}

it('saves the user’s version of a changed post and keeps the other one', async () => {
  const { sent, router, dialog } = await meetConflict()

  await user.click(dialog.getByRole('button', { name: 'Save this choice' }))

  await screen.findByText('Post saved.')
  await screen.findByRole('heading', { name: 'On engines', level: 1 })
  expect(router.currentRoute.value.name).toBe('post')
  expect(sent()).toEqual([
    ['"3"', 'On engines of mine'],
    ['"4"', 'On engines of mine'],
  ])
  expect(draftsOf(ada.id, `post.${post.id}`).map(({ state, values }) => [state, values])).toEqual([
    ['aside', expect.objectContaining({ title: 'On theirs' })],
  ])
})

it('takes the other version and edits from there', async () => {
  const { sent, dialog } = await meetConflict()

  await user.click(dialog.getByRole('radio', { name: /Saved version/ }))
  await user.click(dialog.getByRole('button', { name: 'Edit this choice' }))
  await user.type(await screen.findByDisplayValue('On theirs'), ' and more')
  await press('Save and publish')

  await screen.findByRole('heading', { name: 'On engines', level: 1 })
  expect(sent()).toEqual([
    ['"3"', 'On engines of mine'],
    ['"4"', 'On theirs and more'],
  ])
})

it('takes pieces from both versions', async () => {
  const mine = { ...post, content: 'One.\n\nTwo.\n\nThree.' }
  const other = { ...mine, content: 'One, theirs.\n\nTwo.\n\nThree.\n\nFour.', version: 4 }
  answer('get', POST, { body: { data: mine } }, { body: { data: other } })
  const requests = observe('put', POST, refusal(412, 'VERSION_CHANGED'), { body: { data: other } })
  await renderApp(EDITOR)
  await user.type(await screen.findByLabelText('Content'), '\n\nFour, mine.')
  await press('Save and publish')
  const content = within(await screen.findByRole('region', { name: 'Content' }))

  // Only they changed the first paragraph.
  expect(
    content
      .getAllByRole<HTMLInputElement>('radio')
      .map(({ checked }) => checked)
      .slice(0, 3),
  ).toEqual([true, false, false])
  await user.click(content.getAllByRole('radio', { name: 'Keep both' })[1])
  await press('Save this choice')

  await screen.findByText('Post saved.')
  expect(requests[1]?.body).toMatchObject({ content: 'One, theirs.\n\nTwo.\n\nThree.\n\nFour.\n\nFour, mine.' })
})

it('returns to the form without losing anything', async () => {
  const { sent, dialog } = await meetConflict()

  await user.click(dialog.getByRole('button', { name: 'Back to my version' }))

  await waitFor(() => {
    expect(screen.queryByRole('dialog')).toBeNull()
  })
  expect(screen.getByDisplayValue('On engines of mine')).toBeTruthy()
  expect(sent()).toHaveLength(1)
})

it('swaps the user’s own version and the chosen one, even after a reload', async () => {
  const { dialog } = await meetConflict()
  await user.click(dialog.getByRole('button', { name: 'Take all of theirs' }))
  await user.click(dialog.getByRole('button', { name: 'Edit this choice' }))
  await user.type(await screen.findByDisplayValue('On theirs'), ' and more')
  cleanup()
  answer('get', POST, { body: { data: theirs } })

  await renderApp(EDITOR)
  await screen.findByDisplayValue('On theirs and more')
  await press('Restore')
  expect(screen.getByDisplayValue('On engines of mine')).toBeTruthy()
  await press('Restore')
  expect(screen.getByDisplayValue('On theirs and more')).toBeTruthy()
})

function endSession(reason: ErrorCode = 'SESSION_REVOKED'): void {
  answer('get', '/api/users/me', refusal(401, 'NOT_AUTHENTICATED'))
  answer('post', '/api/posts', refusal(401, 'NOT_AUTHENTICATED'))
  answer('post', '/api/auth/refresh', refusal(401, reason))
  withoutProviders()
}

/** Write a post, and try to save it after the session has ended. */
async function loseSession() {
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
  const router = await renderApp('/posts/new')
  await write('On engines', 'Text.')
  endSession()
  localStorage.setItem(SIGNED_IN_KEY, SIGNED_OUT)
  dispatchEvent(new StorageEvent('storage', { key: SIGNED_IN_KEY, newValue: SIGNED_OUT }))

  await screen.findByText(/You signed out in another tab/)
  expect(router.currentRoute.value.name).toBe('sign-in')
})

it('hides input from other users', async () => {
  await renderApp('/posts/new')
  await write('On engines', 'Text.')
  cleanup()
  answer('get', '/api/users/me', { body: { data: { ...ada, id: GRACE } } })
  await renderApp('/posts/new')

  expect((await screen.findByLabelText<HTMLInputElement>('Title')).value).toBe('')
  expect(screen.queryByText(/We restored your draft/)).toBeNull()
})

it('restores a draft with the version it started from', async () => {
  answer('get', POST, { body: { data: post } }, { body: { data: theirs } })
  await renderApp(EDITOR)
  await user.type(await screen.findByLabelText('Title'), ' of mine')
  cleanup()

  const requests = observe('put', POST, refusal(412, 'VERSION_CHANGED'))
  await renderApp(EDITOR)
  await screen.findByDisplayValue('On engines of mine')
  await press('Save and publish')

  await screen.findByRole('dialog', { name: 'Another version was saved' })
  expect(requests.map(({ headers }) => headers.get('if-match'))).toEqual(['"3"'])
})

it('deletes a draft that its user discards', async () => {
  await renderApp('/posts/new')
  await write('On engines', '')
  cleanup()
  await renderApp('/posts/new')
  await user.click(await screen.findByRole('button', { name: 'Discard' }))
  expect(screen.getByLabelText<HTMLInputElement>('Title').value).toBe('')
  expect(countDrafts(ada.id)).toBe(0)

  await write('On looms', '')
  await user.click(screen.getByRole('link', { name: 'All posts' }))
  await user.click(await screen.findByRole('button', { name: 'Discard' }))
  await screen.findByText('No posts yet')
  expect(countDrafts(ada.id)).toBe(0)
})

const values = { title: 'On looms', subtitle: '', content: 'Text.', published: false, version: 0 }

it('offers the text of another tab, and takes neither from the other', async () => {
  const key = newDraftKey(ada.id, 'post')
  writeDraft({ key, state: 'open', at: Date.now() - 300_000, values })
  await renderApp('/posts/new')

  await screen.findByText(/in another tab/)
  screen.getByText('5 minutes ago')
  await write('On engines', '')
  expect(countDrafts(ada.id)).toBe(2)
  await press('Restore')
  expect(screen.getByDisplayValue('On looms')).toBeTruthy()
  await press('Restore')
  expect(screen.getByDisplayValue('On engines')).toBeTruthy()
})

it('writes its draft again when another tab discards it', async () => {
  await renderApp('/posts/new')
  await write('On engines', '')
  const [draft] = draftsOf(ada.id, 'post')
  localStorage.removeItem(draft.key)
  dispatchEvent(new StorageEvent('storage', { key: draft.key, newValue: null }))
  expect(countDrafts(ada.id)).toBe(1)
})

it('lets the next form go on with the text of a closed tab', async () => {
  await renderApp('/posts/new')
  await write('On engines', '')
  dispatchEvent(new PageTransitionEvent('pagehide'))
  expect(draftsOf(ada.id, 'post').map(({ state }) => state)).toEqual(['left'])
  dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
  expect(draftsOf(ada.id, 'post').map(({ state }) => state)).toEqual(['open'])
})

it('deletes drafts of all users that are too old', async () => {
  const at = Date.now() - (DAYS_KEPT + 1) * 86_400_000
  writeDraft({ key: newDraftKey(ada.id, 'post'), state: 'left', at, values })
  writeDraft({ key: newDraftKey(GRACE, 'post'), state: 'left', at, values })
  await renderApp('/posts/new')

  expect((await screen.findByLabelText<HTMLInputElement>('Title')).value).toBe('')
  expect(countDrafts(ada.id) + countDrafts(GRACE)).toBe(0)
})

it('says when the browser cannot keep drafts', async () => {
  await renderApp('/posts/new')
  await screen.findByLabelText('Title')
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new DOMException('Full', 'QuotaExceededError')
  })
  await write('On engines', '')

  await screen.findByText(/can’t keep drafts right now/)
  expect(countDrafts(ada.id)).toBe(1)
  // It is in memory, which the tests share.
  deleteDrafts(ada.id)
  expect(countDrafts(ada.id)).toBe(0)
})

async function signOutWithText(): Promise<void> {
  await renderApp('/posts/new')
  await write('On engines', '')
  await press('Account menu')
  await user.click(await screen.findByRole('menuitem', { name: 'Sign out' }))
  await screen.findByRole('dialog', { name: 'Sign out and delete your drafts?' })
}

it('asks before a sign-out deletes drafts and stays if the user declines', async () => {
  const signOuts = answer('post', '/api/auth/signout', { status: 204 })
  await signOutWithText()
  await press('Stay signed in')

  expect(signOuts).toHaveLength(0)
  expect(screen.getByDisplayValue('On engines')).toBeTruthy()
  expect(countDrafts(ada.id)).toBe(1)
})

it('signs out and deletes drafts if the user agrees', async () => {
  answer('post', '/api/auth/signout', { status: 204 })
  withoutProviders()
  await signOutWithText()
  await press('Delete and sign out')

  await screen.findByRole('heading', { name: 'Welcome back' })
  expect(countDrafts(ada.id)).toBe(0)
})

it('asks about drafts of other pages as well', async () => {
  writeDraft({ key: newDraftKey(ada.id, 'post'), state: 'left', at: Date.now(), values })
  await renderApp('/posts')
  await screen.findByText('No posts yet')
  await press('Account menu')
  await user.click(await screen.findByRole('menuitem', { name: 'Sign out' }))
  await screen.findByRole('dialog', { name: 'Sign out and delete your drafts?' })
})
