import { expect, expectAccessible, expectToFit, fillInSignIn, PASSWORD, signIn, signUp, test } from './fixtures'
import { linkFromEmail } from './mailbox'

const NEW_PASSWORD = 'staple battery horse'

test('an address is confirmed by mail, and a new password ends the other session', async ({ page, browser, email }) => {
  await signUp(page, email)
  const note = page.getByRole('complementary', { name: 'E-mail address not confirmed' })
  await expect(note).toBeVisible()
  await expectToFit(page)

  await page.goto(await linkFromEmail(page, email, '/verify-email'))
  await expect(page.getByRole('heading', { name: 'Your address is confirmed' })).toBeVisible()
  await expect(page).toHaveURL('/verify-email')
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Go on' }).click()
  await expect(page.getByRole('heading', { name: 'Hello, Ada' })).toBeVisible()
  await expect(note).toBeHidden()

  const elsewhere = await browser.newPage()
  await signIn(elsewhere, { email, password: PASSWORD })

  await page.goto('/account/password')
  await page.getByLabel('Current password').fill('a guess')
  await page.getByLabel('New password').fill(NEW_PASSWORD)
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByText('This is not your password.')).toBeVisible()
  await expectAccessible(page)
  await expectToFit(page)
  await page.getByLabel('Current password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByText('Your password has changed.')).toBeVisible()

  await elsewhere.reload()
  await expect(elsewhere).toHaveURL(/\/sign-in/)
  await elsewhere.close()
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Password' })).toBeVisible()
})

test('a link of the welcome mail asks for the password on another device', async ({ page, browser, email }) => {
  await signUp(page, email)
  const link = await linkFromEmail(page, email, '/verify-email')
  const context = await browser.newContext()
  const phone = await context.newPage()
  await phone.goto(link)
  await expect(phone.getByRole('heading', { name: 'Confirm your address' })).toBeVisible()
  await expectAccessible(phone)
  await expectToFit(phone)
  await phone.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await phone.getByRole('button', { name: 'Confirm', exact: true }).click()
  await expect(phone.getByRole('heading', { name: 'Your address is confirmed' })).toBeVisible()
  await context.close()
})

test('a forgotten password is replaced by mail', async ({ page, context, email }) => {
  await signUp(page, email)
  await context.clearCookies()
  await page.goto('/sign-in')
  await page.getByRole('link', { name: 'Forgot password?' }).click()
  await expectAccessible(page)
  await page.getByLabel('E-mail').fill(email)
  await page.getByRole('button', { name: 'Send the link' }).click()
  await expect(page.getByText('a mail is on its way')).toBeVisible()
  await expectAccessible(page)

  await page.goto(await linkFromEmail(page, email, '/reset-password'))
  await expect(page).toHaveURL('/reset-password')
  await page.getByLabel('New password').fill('password123')
  await page.getByRole('button', { name: 'Save password' }).click()
  await expect(page.getByText(/among the most common/)).toBeVisible()
  await expectAccessible(page)
  await expectToFit(page)
  await page.getByLabel('New password').fill(NEW_PASSWORD)
  await page.getByRole('button', { name: 'Save password' }).click()
  await expect(page).toHaveURL('/sign-in')
  await fillInSignIn(page, email, NEW_PASSWORD)
  await expect(page).toHaveURL('/dashboard')
})

test('a link that was used is refused in words', async ({ page, email }) => {
  await signUp(page, email)
  const link = await linkFromEmail(page, email, '/verify-email')
  await page.goto(link)
  await expect(page.getByRole('heading', { name: 'Your address is confirmed' })).toBeVisible()
  await page.goto('/dashboard')
  await page.goto(link)
  await expect(page.getByRole('heading', { name: 'This link does not work' })).toBeVisible()
  await expectAccessible(page)
  await expectToFit(page)
})

test('the address changes when the new mailbox confirms it', async ({ page, email }) => {
  const next = `new.${email}`
  await signUp(page, email)
  await page.goto('/account/email')
  await page.getByLabel('New e-mail address').fill(next)
  await page.getByRole('button', { name: 'Change address' }).click()
  await expect(page.getByText('Check your new mailbox')).toBeVisible()
  await expectAccessible(page)
  await expectToFit(page)

  await page.goto(await linkFromEmail(page, next, '/confirm-email'))
  await expect(page.getByRole('heading', { name: 'Your address has changed' })).toBeVisible()
  await page.goto('/account/profile')
  await expect(page.getByRole('definition').filter({ hasText: next })).toBeVisible()
})
