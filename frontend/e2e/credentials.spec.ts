import { expectAccessible } from './accessibility'
import { expect, fillInSignIn, PASSWORD, signIn, signUp, test } from './fixtures'
import { linkFromEmail } from './mailbox'

const NEW_PASSWORD = 'staple battery horse'

test('an address is confirmed by email, and a new password ends other sessions', async ({ page, browser, email }) => {
  await signUp(page, email)
  await page.goto('/dashboard')
  const note = page.getByRole('complementary', { name: 'Email address not confirmed' })
  await expect(note).toBeVisible()
  await expectAccessible(page)

  await page.goto(await linkFromEmail(page, email, '/verify-email'))
  await expect(page.getByRole('heading', { name: 'Your email address is confirmed' })).toBeVisible()
  await expect(page).toHaveURL('/verify-email')
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Continue' }).click()
  await expect(page.getByRole('heading', { name: 'Hello, Ada' })).toBeVisible()
  await expect(note).toBeHidden()

  const elsewhere = await browser.newPage()
  await signIn(elsewhere, { email, password: PASSWORD })
  await elsewhere.goto('/dashboard')

  await page.goto('/account/password')
  await page.getByLabel('Current password').fill('a guess')
  await page.getByLabel('New password').fill(NEW_PASSWORD)
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByText('Wrong password.')).toBeVisible()
  await expectAccessible(page)
  await page.getByLabel('Current password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByText('Password changed.')).toBeVisible()

  await elsewhere.reload()
  await expect(elsewhere).toHaveURL(/\/sign-in/)
  await elsewhere.close()
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Password' })).toBeVisible()
})

test('the welcome link asks for the password on another device', async ({ page, browser, email }) => {
  await signUp(page, email)
  const link = await linkFromEmail(page, email, '/verify-email')
  const context = await browser.newContext()
  const phone = await context.newPage()
  await phone.goto(link)
  await expect(phone.getByRole('heading', { name: 'Confirm your email address' })).toBeVisible()
  await expectAccessible(phone)
  await phone.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await phone.getByRole('button', { name: 'Confirm', exact: true }).click()
  await expect(phone.getByRole('heading', { name: 'Your email address is confirmed' })).toBeVisible()
  await context.close()
})

test('a forgotten password is reset by email', async ({ page, context, email }) => {
  await signUp(page, email)
  await context.clearCookies()
  await page.goto('/sign-in')
  await page.getByRole('link', { name: 'Forgot password?' }).click()
  await expectAccessible(page)
  await page.getByLabel('Email').fill(email)
  await page.getByRole('button', { name: 'Send link' }).click()
  await expect(page.getByText('we’ve sent a link to it')).toBeVisible()
  await expectAccessible(page)

  const link = await linkFromEmail(page, email, '/reset-password')
  await page.goto('/reset-password')
  await expect(page.getByText('Open this page with the whole link')).toBeVisible()
  await page.goto(link) // into the same document, as when it is pasted
  await expect(page).toHaveURL('/reset-password')
  await expect(page.getByLabel('New password')).toBeVisible()
  await page.reload()
  await page.getByLabel('New password').fill('password123')
  await page.getByRole('button', { name: 'Save password' }).click()
  await expect(page.getByText(/too common/)).toBeVisible()
  await expectAccessible(page)
  await page.getByLabel('New password').fill(NEW_PASSWORD)
  await page.getByRole('button', { name: 'Save password' }).click()
  await expect(page).toHaveURL('/sign-in')
  await fillInSignIn(page, email, NEW_PASSWORD)
  await expect(page).toHaveURL('/dashboard')
})

test('a used link is refused with a message', async ({ page, email }) => {
  await signUp(page, email)
  const link = await linkFromEmail(page, email, '/verify-email')
  await page.goto(link)
  await expect(page.getByRole('heading', { name: 'Your email address is confirmed' })).toBeVisible()
  await page.goto('/dashboard')
  await page.goto(link)
  await expect(page.getByRole('heading', { name: 'This link doesn’t work' })).toBeVisible()
  await expectAccessible(page)
})

test('the email address changes once the new one is confirmed', async ({ page, email }) => {
  const next = `new.${email}`
  await signUp(page, email)
  await page.goto('/account/email')
  await page.getByLabel('New email address').fill(next)
  await page.getByRole('button', { name: 'Change email address' }).click()
  await expect(page.getByText('Check your inbox')).toBeVisible()
  await expectAccessible(page)

  await page.goto(await linkFromEmail(page, next, '/confirm-email'))
  await expect(page.getByRole('heading', { name: 'Your email address has changed' })).toBeVisible()
  await page.goto('/account/profile')
  await expect(page.getByRole('definition').filter({ hasText: next })).toBeVisible()
})
