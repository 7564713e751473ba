import userEvent from '@testing-library/user-event'
import { screen } from '@testing-library/vue'

import { asAda, observe, pageOf } from './api'
import { post } from './posts'

export const GRACE = '01980000-0000-7000-8000-0000000000ff'
export const POST = `/api/posts/${post.id}`
export const EDITOR = `/posts/${post.id}/edit`
/** The version that another tab or user has saved meanwhile. */
export const theirs = { ...post, title: 'On theirs', version: 4 }

export const user = userEvent.setup()

/** Sign in as Ada, who finds no posts. */
export function asWriter(): void {
  asAda()
  observe('get', '/api/posts', pageOf([], { total: 0 }))
}

export async function write(title: string, content: string): Promise<void> {
  await user.type(await screen.findByLabelText('Title'), title)
  if (content) await user.type(screen.getByLabelText('Content'), content)
}

export function press(name: string): Promise<void> {
  return user.click(screen.getByRole('button', { name }))
}
