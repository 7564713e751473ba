import { SLUG } from '../src/product'

import { expect, expectAccessible, fillInSignIn, signIn, signOut, signUp, test, writePost } from './fixtures'

// Created by `make up` in development, with all permissions.
const ADMIN = { email: 'demo@example.com', password: `${SLUG}-demo` }

test('a background tab follows when another user signs in', async ({ page, context, email }) => {
  await signUp(page, email)
  await signOut(page)
  await signIn(page, ADMIN)
  const background = await context.newPage()
  await background.goto('/admin/users')
  await expect(background.getByRole('link', { name: 'Security events' })).toBeVisible()

  await signOut(page)
  await page.goto('/sign-in')
  await fillInSignIn(page, email)
  await expect(page).toHaveURL('/dashboard')

  await background.bringToFront()
  await expect(background.getByText('Hello, Ada')).toBeVisible()
  await expect(background.getByRole('link', { name: 'Security events' })).toHaveCount(0)
})

test('a tab saves nothing as another user and keeps its text for its own', async ({ page, context, email }) => {
  await signUp(page, email)
  await page.goto('/posts/new')
  await page.getByLabel('Title', { exact: true }).fill('Written by the first user')
  await page.getByLabel('Content').fill('Text.')

  // Change the cookies without notifying this tab.
  const other = `grace.${email}`
  const body = { email: other, password: 'correct horse battery' }
  await context.request.post('/api/auth/signup', { data: body, headers: { 'sec-fetch-site': 'same-origin' } })
  await page.getByRole('button', { name: 'Save draft' }).click()

  await expect(page.getByText(`You’re now signed in as ${other}`)).toBeVisible()
  await expect(page.getByLabel('Title', { exact: true })).toHaveValue('')
  await expectAccessible(page)
  await page.goto('/posts?scope=mine')
  await expect(page.getByRole('heading', { name: 'No posts yet' })).toBeVisible()

  await signOut(page)
  await page.goto('/sign-in?redirect=/posts/new')
  await fillInSignIn(page, email)
  await expect(page.getByLabel('Title', { exact: true })).toHaveValue('Written by the first user')
})

test('the end of a session keeps the input and explains why', async ({ page, context, email }) => {
  await signUp(page, email)
  await page.goto('/posts')
  await page.getByRole('link', { name: 'New post' }).click()
  await page.getByLabel('Title', { exact: true }).fill('Half a thought')
  await page.getByLabel('Content').fill('Text.')
  await context.clearCookies()
  await page.getByRole('button', { name: 'Save draft' }).click()

  await expect(page.getByText('Your session has ended. We kept what you typed')).toBeVisible()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expectAccessible(page)
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByLabel('Title', { exact: true })).toHaveValue('Half a thought')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Save draft' }).click()
  await expect(page.getByRole('heading', { name: 'Half a thought', level: 1 })).toBeVisible()
  await page.goBack()
  await expect(page).toHaveURL('/posts')
})

test('a session ended elsewhere is explained in every tab', async ({ page, browser, email }) => {
  await signUp(page, email)
  await page.goto('/reports')
  await expect(page.getByText('No reports yet')).toBeVisible()
  const elsewhere = await browser.newContext()
  const office = await elsewhere.newPage()
  await office.goto('/sign-in')
  await fillInSignIn(office, email)
  await expect(office).toHaveURL('/dashboard')
  const asPage = { headers: { 'sec-fetch-site': 'same-origin' } }
  expect((await elsewhere.request.delete('/api/auth/sessions', asPage)).ok()).toBe(true)
  await elsewhere.close()

  await expect(page.getByText(/ended from another device/)).toBeVisible()
  await expect(page).toHaveURL('/sign-in?redirect=/reports')
})

test('a conflict shows both versions and loses neither', async ({ page, email }) => {
  await signUp(page, email)
  const address = await writePost(page, `On engines, by ${email}`)
  const text = 'The engine weaves. '.repeat(260)
  const asPage = { headers: { 'sec-fetch-site': 'same-origin' } }
  await page.request.patch(`/api${address}`, { data: { content: text }, ...asPage })
  await page.goto(`${address}/edit`)
  await page.getByLabel('Content').fill(`${text}Mine.`)
  await page.request.patch(`/api${address}`, { data: { content: `${text}Theirs.` }, ...asPage })
  await page.getByRole('button', { name: 'Save and publish' }).click()

  const dialog = page.getByRole('dialog', { name: 'This post has changed' })
  await expect(dialog.locator('del')).toHaveText('Theirs')
  await expect(dialog.locator('ins')).toHaveText('Mine')
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Use theirs' }).click()
  await expect(page.getByLabel('Content')).toHaveValue(`${text}Theirs.`)
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Restore' }).click()
  await expect(page.getByLabel('Content')).toHaveValue(`${text}Mine.`)
})
