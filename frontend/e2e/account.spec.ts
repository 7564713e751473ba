import { expect, expectAccessible, expectToFit, signUp, test } from './fixtures'

test('the account page shows who one is, section by section', async ({ page, email }) => {
  await signUp(page, email)
  await page.getByRole('button', { name: 'Account menu' }).click()
  await expectAccessible(page)
  await page.getByRole('menuitem', { name: 'Account' }).click()
  await expect(page).toHaveURL('/account/profile')
  await expect(page.getByText(email)).toBeVisible()
  await expectAccessible(page)
  await expectToFit(page)

  await page.getByRole('navigation', { name: 'Account' }).getByRole('link', { name: 'Appearance' }).click()
  await page.getByRole('radio', { name: 'Dark' }).check()
  await expect(page.locator('html')).toHaveAttribute('data-color-scheme', 'dark')
  await expectAccessible(page)
  await expectToFit(page)
})
