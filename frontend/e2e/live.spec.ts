import { expectAccessible } from './accessibility'
import { expect, OPERATOR, otherBrowser, signIn, signUp, test } from './fixtures'

test('a deactivated user is signed out within moments', async ({ page, email }) => {
  await signUp(page, email)
  await page.goto('/notifications')
  await expect(page.getByText('No notifications yet')).toBeVisible()

  const office = await otherBrowser(page)
  await signIn(office, OPERATOR)
  await office.goto(`/admin/users?q=${encodeURIComponent(email)}`)
  await expect(office.getByText('1 user')).toBeVisible()
  await expectAccessible(office)
  await office.getByRole('row').filter({ hasText: email }).getByRole('link').click()
  await office.getByLabel('Active').uncheck()
  await expectAccessible(office)
  await office.getByRole('button', { name: 'Save' }).click()
  await expect(office.getByText('Account saved.')).toBeVisible()
  await expect(office.getByText('Not signed in anywhere.')).toBeVisible()

  await expect(page).toHaveURL('/sign-in?redirect=/notifications', { timeout: 10_000 })

  await office.getByRole('button', { name: 'Actions' }).click()
  await expectAccessible(office)
  await office.getByRole('menuitem', { name: 'Security events' }).click()
  const event = office.getByRole('row').filter({ hasText: 'Demo deactivated Ada' })
  await event.getByRole('button', { name: 'Details' }).click()
  await expect(event.getByText('Yes → No')).toBeVisible()
  await expect(office.getByText(/is_active/)).toHaveCount(0)
  await expectAccessible(office)
  await office.context().close()
})

test('operators cannot lock themselves out', async ({ page }) => {
  await signIn(page, OPERATOR)
  await page.goto('/admin/users?q=demo@example.com')
  await page.getByRole('link', { name: 'Demo' }).click()
  await page.getByLabel('Active').uncheck()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText(/can’t do this to your own account/)).toBeVisible()
  await expectAccessible(page)
  await page.goto('/admin/security-events?kind=signed_in')
  await expect(page.getByRole('row', { name: /Demo signed in/ }).first()).toBeVisible()
  await expectAccessible(page)
})
