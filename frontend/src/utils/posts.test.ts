import { screen } from '@testing-library/vue'
import { expect, it } from 'vitest'

import { answer, asAda } from '@/test/api'
import { dashboard } from '@/test/dashboard'
import { renderApp } from '@/test/renderApp'

import { inOrder, labelOf, sentenceOf, shortTitleOf } from './counts'

it('shows the numbers of posts first, and says what the user wrote', () => {
  const counts = [{ name: 'refunds' }, { name: 'published_posts' }, { name: 'posts' }]
  expect(inOrder(counts).map(({ name }) => name)).toEqual(['posts', 'published_posts', 'refunds'])
  expect(labelOf('posts').title).toBe('Your posts')
  expect(shortTitleOf('posts')).toBe('Posts')
  expect(sentenceOf([{ name: 'posts', number: 3 }])).toBe('You wrote 3 posts.')
})

it('offers a new post on the dashboard', async () => {
  asAda()
  answer('get', '/api/dashboard', { body: { data: dashboard } })
  await renderApp('/dashboard')

  expect((await screen.findByRole('link', { name: 'New post' })).getAttribute('href')).toBe('/posts/new')
})
