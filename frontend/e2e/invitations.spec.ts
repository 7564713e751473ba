import { expectAccessible } from './accessibility'
import { expect, OPERATOR, PASSWORD, signIn, test } from './fixtures'
import { linkFromEmail } from './mailbox'

test('an admin invites a user, who chooses a password with the emailed link', async ({ page, context, email }) => {
  await signIn(page, OPERATOR)
  await page.goto('/admin/users')
  await page.getByRole('button', { name: 'Invite user' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Email').fill(email)
  await dialog.getByLabel(/Moderator/).check()
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Send invitation' }).click()
  await expect(page.getByRole('button', { name: 'Send again' })).toBeVisible()
  await expectAccessible(page)

  const link = await linkFromEmail(page, email, '/accept-invitation')
  await context.clearCookies()
  await page.goto(link)
  await expect(page.getByText(`Choose a password for ${email}.`)).toBeVisible()
  await expect(page).toHaveURL('/accept-invitation')
  await expectAccessible(page)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Accept invitation' }).click()
  await expect(page).toHaveURL('/dashboard')
  await expect(page.getByText(email)).toBeVisible()

  await context.clearCookies()
  await page.goto(link)
  await expect(page.getByRole('heading', { name: 'This invitation is no longer valid' })).toBeVisible()
  await expectAccessible(page)
})
