import { NAME } from '../src/product'

import { expectAccessible } from './accessibility'
import { EVERY_BROWSER, expect, fillInSignIn, fillInSignUp, signOut, signUp, test } from './fixtures'

test(
  'a user signs up, gets a welcome email, signs out and in again',
  { tag: EVERY_BROWSER },
  async ({ page, email }) => {
    await page.goto('/dashboard')
    await expect(page).toHaveURL('/sign-in?redirect=/dashboard')
    await page.getByRole('link', { name: 'Create an account' }).click()
    await expect(page).toHaveTitle(`Sign up · ${NAME}`)
    await expectAccessible(page)

    await fillInSignUp(page, email)
    await expect(page.getByRole('heading', { name: 'Hello, Ada' })).toBeVisible()
    await expect(page.getByText(email)).toBeVisible()
    await expectAccessible(page)

    await page.goto('/dev/mailbox')
    await expect(async () => {
      await page.reload()
      await expect(page.getByRole('row').filter({ hasText: email }).getByRole('link')).toBeVisible({ timeout: 1000 })
    }).toPass()
    await expectAccessible(page)

    await page.goto('/')
    await signOut(page)
    await page.goto('/dashboard?from=bookmark')
    await expect(page).toHaveURL('/sign-in?redirect=/dashboard?from=bookmark')
    await expectAccessible(page)

    await fillInSignIn(page, email)
    await expect(page).toHaveURL('/dashboard?from=bookmark')
    await expect(page.getByText(email)).toBeVisible()
  },
)

test('a wrong password shows a message and keeps the input', async ({ page, email }) => {
  await page.goto('/sign-in')
  await fillInSignIn(page, email, 'a guess')
  await expect(page.getByText('Wrong email address or password.')).toBeVisible()
  await expect(page.getByLabel('Email')).toHaveValue(email)
  await expectAccessible(page)
})

test('an address that has an account is refused in the form', async ({ page, context, email }) => {
  await signUp(page, email)
  await context.clearCookies()
  await page.goto('/sign-up')
  await fillInSignUp(page, email.toUpperCase())
  await expect(page.getByText('An account with this email address already exists.')).toBeVisible()
  await expect(page).toHaveURL('/sign-up')
  await expectAccessible(page)
})

test('an empty form shows what is missing at each field', async ({ page }) => {
  await page.goto('/sign-in')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByText('Enter your email address.')).toBeVisible()
  await expect(page.getByText('Enter your password.')).toBeVisible()
  await expect(page.getByLabel('Email')).toBeFocused()
  await expectAccessible(page)
})

test('a session with an expired access token continues in every tab', async ({ page, context, email }) => {
  await signUp(page, email)
  await page.goto('/dashboard')
  await expect(page.getByText(email)).toBeVisible()
  const second = await context.newPage()
  await context.clearCookies({ name: /access$/ })
  await Promise.all([page.reload(), second.goto('/dashboard')])
  await expect(page.getByText(email)).toBeVisible()
  await expect(second.getByText(email)).toBeVisible()
})
