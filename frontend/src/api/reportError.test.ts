import { beforeEach, expect, it, vi } from 'vitest'

import { answer } from '@/test/api'

import { reportError } from './reportError'

beforeEach(() => {
  vi.spyOn(console, 'error').mockReturnValue()
})

it('reports what broke, without what may be about a person', async () => {
  const reports = answer('post', '/api/client-errors', { status: 204 })
  const error = new TypeError(
    `Cannot read 'title' of "Dear diary, today" for ada@example.com, 01980000-0000-7000-8000-000000000001`,
  )
  error.stack =
    'at save (https://app.example.com/assets/index.js:3:14)\nat https://app.example.com/posts?q=secret#token:1:2'
  reportError(error)

  await vi.waitFor(() => {
    expect(reports).toEqual([
      {
        message: "TypeError: Cannot read 'title' of … for :email, :id",
        stack: 'at save (https://app.example.com/assets/index.js:3:14)\nat https://app.example.com/posts:1:2',
        page: '/',
      },
    ])
  })
})
