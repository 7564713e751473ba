import { expectAccessible } from './accessibility'
import { expect, OPERATOR, otherBrowser, signIn, signUp, test } from './fixtures'

// A picture of one pixel.
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

test('a picture is chosen, previewed, saved and shown', async ({ page, email }) => {
  await signUp(page, email)
  await page.goto('/account/profile')
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Choose a picture' }).click()
  await (await chooser).setFiles({ name: 'notes.png', mimeType: 'image/png', buffer: Buffer.from('no picture') })
  await page.getByRole('button', { name: 'Save picture' }).click()
  await expect(page.getByText(/isn't a supported picture/)).toBeVisible()
  await expectAccessible(page)

  await page.getByLabel('Picture').setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer: PIXEL })
  await expect(page.getByAltText('Preview of your picture')).toBeVisible()
  await page.getByRole('button', { name: 'Save picture' }).click()
  await expect(page.getByText('Picture saved.')).toBeVisible()
  const shown = page.getByRole('button', { name: 'Account menu' }).locator('img')
  await expect
    .poll(() => shown.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth))
    .toBeGreaterThan(1)
  await expectAccessible(page)

  await page.getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByText('Picture removed.')).toBeVisible()
  await expect(shown).toHaveCount(0)
})

test('a deactivated user is signed out within moments', async ({ page, email }) => {
  await signUp(page, email)
  await page.goto('/notifications')
  await expect(page.getByText('No notifications yet')).toBeVisible()

  const office = await otherBrowser(page)
  await signIn(office, OPERATOR)
  await office.goto(`/admin/users?q=${encodeURIComponent(email)}`)
  await expect(office.getByText('1 user')).toBeVisible()
  await expectAccessible(office)
  await office.getByRole('table', { name: 'Users' }).getByRole('link').click()
  await office.getByLabel('Active').uncheck()
  await expectAccessible(office)
  await office.getByRole('button', { name: 'Save' }).click()
  await expect(office.getByText('Account updated.')).toBeVisible()
  await expect(office.getByText('Not signed in anywhere.')).toBeVisible()

  await expect(page).toHaveURL('/sign-in?redirect=/notifications', { timeout: 10_000 })

  await office.getByRole('button', { name: 'Actions' }).click()
  await expectAccessible(office)
  await office.getByRole('menuitem', { name: 'Security events' }).click()
  await expect(office.getByRole('row', { name: /deactivated/ })).toBeVisible()
  await expectAccessible(office)
  await office.context().close()
})

test('operators cannot lock themselves out', async ({ page }) => {
  await signIn(page, OPERATOR)
  await page.goto('/admin/users?q=demo@example.com')
  await page.getByRole('link', { name: 'Demo' }).click()
  await page.getByLabel('Active').uncheck()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText(/can't do this to your own account/)).toBeVisible()
  await expectAccessible(page)
  await page.goto('/admin/security-events?kind=signed_in')
  await expect(page.getByRole('row', { name: /signed in/ }).first()).toBeVisible()
  await expectAccessible(page)
})
