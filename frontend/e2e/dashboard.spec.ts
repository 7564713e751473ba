import { expect, OPERATOR, signIn, test } from './fixtures'

test('an admin sees the totals of the product', async ({ page }) => {
  await signIn(page, OPERATOR)
  await page.goto('/dashboard')
  await expect(page.getByRole('heading', { name: 'Product totals' })).toBeVisible()
  const users = page.getByRole('term').filter({ hasText: 'Users' })
  await expect(users.locator('xpath=following-sibling::dd')).toHaveText(/^[1-9]/)
})
