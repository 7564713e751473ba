import { cleanup, fireEvent, screen } from '@testing-library/vue'
import { beforeEach, expect, it, vi } from 'vitest'

import { ada, answer, hold, observe, refusal } from '@/test/api'
import { withoutProviders } from '@/test/identity'
import { asWriter, EDITOR, GRACE, POST, press, theirs, user, write } from '@/test/postEditor'
import { post } from '@/test/posts'
import { renderApp } from '@/test/renderApp'
import { countDrafts, DAYS_KEPT, deleteDrafts, draftsOf, newDraftKey, writeDraft } from '@/utils/drafts'

beforeEach(asWriter)

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

it('forgets a draft that says what was saved meanwhile', async () => {
  answer('get', POST, { body: { data: post } }, { body: { data: { ...theirs, title: 'On engines of mine' } } })
  await renderApp(EDITOR)
  await user.type(await screen.findByLabelText('Title'), ' of mine')
  cleanup()

  const requests = observe('put', POST, refusal(412, 'VERSION_CHANGED'))
  await renderApp(EDITOR)
  await screen.findByDisplayValue('On engines of mine')
  expect(countDrafts(ada.id)).toBe(0)
  await user.type(screen.getByLabelText('Title'), ' again')
  await press('Save and publish')
  await screen.findByRole('dialog', { name: 'Another version was saved' })
  expect(requests.map(({ headers }) => headers.get('if-match'))).toEqual(['"4"'])
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

it('discards one draft by a double click', async () => {
  for (const title of ['On looms', 'On cards']) {
    writeDraft({ key: newDraftKey(ada.id, 'post'), state: 'open', at: Date.now(), values: { ...values, title } })
  }
  await renderApp('/posts/new')
  await screen.findAllByText(/in another tab/)
  for (const detail of [1, 2]) await fireEvent.click(screen.getAllByRole('button', { name: 'Discard' })[0], { detail })
  expect(countDrafts(ada.id)).toBe(1)
})

it('shows no other text while the form is being sent', async () => {
  writeDraft({ key: newDraftKey(ada.id, 'post'), state: 'open', at: Date.now(), values })
  const release = hold('post', '/api/posts', { status: 201, body: { data: post } })
  answer('get', POST, { body: { data: post } })
  await renderApp('/posts/new')
  await write('On engines', 'Text.')

  await press('Save draft')
  const content = screen.getByLabelText<HTMLTextAreaElement>('Content')
  await user.type(content, ' More.')
  await press('Bold')
  await press('Restore')
  expect([screen.getByLabelText<HTMLInputElement>('Title').value, content.value]).toEqual(['On engines', 'Text.'])

  release()
  await screen.findByRole('heading', { name: 'On engines' })
  expect(draftsOf(ada.id, 'post').map(({ values }) => values)).toEqual([values])
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
