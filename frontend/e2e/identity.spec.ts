import { NAME } from '../src/product'

import { expect, expectAccessible, fillInSignIn, fillInSignUp, signOut, signUp, test } from './fixtures'

test('someone signs up, finds the welcome mail, signs out and in again', async ({ page, email }) => {
  await page.goto('/')
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
})

test('a wrong password is refused in words, without losing what was typed', async ({ page, email }) => {
  await page.goto('/sign-in')
  await fillInSignIn(page, email, 'a guess')
  await expect(page.getByText('Wrong email address or password.')).toBeVisible()
  await expect(page.getByLabel('E-mail')).toHaveValue(email)
  await expectAccessible(page)
})

test('an address that has an account is refused at the form', async ({ page, email }) => {
  await signUp(page, email)
  await signOut(page)
  await page.goto('/sign-up')
  await fillInSignUp(page, email.toUpperCase())
  await expect(page.getByText('There is an account with this e-mail address already.')).toBeVisible()
  await expect(page).toHaveURL('/sign-up')
  await expectAccessible(page)
})

test('an empty form says at each field what is missing', async ({ page }) => {
  await page.goto('/sign-in')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByText('Enter your e-mail address.')).toBeVisible()
  await expect(page.getByText('Enter your password.')).toBeVisible()
  await expect(page.getByLabel('E-mail')).toBeFocused()
  await expectAccessible(page)
})

test('a session whose access has expired goes on in every tab', async ({ page, context, email }) => {
  await signUp(page, email)
  const second = await context.newPage()
  await context.clearCookies({ name: /access$/ })
  await Promise.all([page.reload(), second.goto('/dashboard')])
  await expect(page.getByText(email)).toBeVisible()
  await expect(second.getByText(email)).toBeVisible()
})
