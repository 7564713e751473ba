import { expectAccessible } from './accessibility'
import { expect, otherBrowser, signOut, signUp, test } from './fixtures'
import { writePost } from './posts'

test('an author sees a new comment at once and reads it', async ({ page, email }) => {
  await signUp(page, email)
  const title = `On engines, by ${email}`
  const address = await writePost(page, title)
  await expect(page.getByRole('button', { name: 'Notifications', exact: true })).toBeVisible()

  const other = await otherBrowser(page)
  await signUp(other, `grace.${email}`)
  await other.goto(address)
  await other.getByRole('textbox', { name: 'Your comment' }).fill('Well said.')
  await other.getByRole('link', { name: 'All posts' }).click()
  await expect(other).toHaveURL('/posts')
  await other.goBack()
  await expect(other.getByRole('textbox', { name: 'Your comment' })).toHaveValue('Well said.')
  await other.getByRole('button', { name: 'Comment', exact: true }).click()
  await expect(other.getByText('Well said.')).toBeVisible()
  await expect(other.getByRole('heading', { name: 'Comments 1' })).toBeVisible()
  await expectAccessible(other)
  await other.context().close()

  await page.getByRole('button', { name: 'Notifications, 1 unread' }).click()
  const menu = page.getByRole('region', { name: 'Notifications' })
  await expect(menu.getByRole('link', { name: new RegExp(`commented on “${title}”`) })).toBeVisible()
  await expectAccessible(page)
  await menu.getByRole('link', { name: 'Show all' }).click()

  await expect(page.getByRole('heading', { name: 'Notifications', level: 1 })).toBeVisible()
  await expectAccessible(page)
  await page
    .getByRole('main')
    .getByRole('link', { name: /Ada commented/ })
    .click()
  await expect(page).toHaveURL(address)
  await expect(page.getByRole('button', { name: 'Notifications', exact: true })).toBeVisible()

  await page.goto('/dashboard')
  await expect(page.getByRole('slider', { name: 'You wrote 1 post and received 1 comment.' })).toBeVisible()
  await expectAccessible(page)
})

test('a guest is sent to sign in before they comment, and back', async ({ page, email }) => {
  await signUp(page, email)
  const address = await writePost(page, `Published by ${email}`)
  await page.goto('/dashboard')
  await signOut(page)

  await page.goto(address)
  await page.getByText('to comment').getByRole('link', { name: 'Sign in' }).click()
  await expect(page).toHaveURL(`/sign-in?redirect=${address}`)
})
