import { screen } from '@testing-library/vue'
import { expect, it } from 'vitest'

import { useSessionStore } from '@/store/session'
import { answer, asAda, asGuest } from '@/test/api'
import { post } from '@/test/posts'
import { renderApp } from '@/test/renderApp'

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
