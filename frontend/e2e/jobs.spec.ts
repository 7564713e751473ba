import { expectAccessible } from './accessibility'
import { expect, ON_PHONES, OPERATOR, otherBrowser, signIn, signUp, test } from './fixtures'

test('an operator finds a finished job, opens it and deletes it', async ({ page, email }) => {
  const member = await otherBrowser(page)
  await signUp(member, email)
  await member.context().close()

  await signIn(page, OPERATOR)
  await page.goto('/admin/jobs')
  await expect(page.getByRole('heading', { name: 'Jobs', level: 1 })).toBeVisible()
  await expect(page.getByRole('slider', { name: /done, .* failed/ })).toHaveAttribute('aria-valuetext', /Done/)
  await expectAccessible(page)

  await page.getByRole('link', { name: 'Done', exact: true }).click()
  await page.getByRole('combobox', { name: 'Task' }).fill('welcome')
  await page.getByRole('option', { name: 'welcome_new_user' }).click()
  await expect(page).toHaveURL(/state=done&task=welcome_new_user/)
  await page.getByRole('link', { name: 'welcome_new_user' }).first().click()
  await expect(page.getByRole('heading', { name: 'welcome_new_user' })).toBeFocused()
  await expect(page.getByRole('region', { name: 'Arguments' })).toContainText('user_id')
  await expectAccessible(page)
  const address = page.url()

  await page.getByRole('button', { name: 'Delete' }).click()
  await expectAccessible(page)
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByText('Job deleted.')).toBeVisible()
  await page.goto(address)
  await expect(page.getByRole('heading', { name: 'Not found' })).toBeVisible()
})

test('the list refreshes by itself until it is paused', async ({ page }) => {
  await signIn(page, OPERATOR)
  await page.goto('/admin/jobs')
  await expect(page.getByRole('heading', { name: 'Jobs', level: 1 })).toBeVisible()
  await page.waitForResponse('**/api/jobs/overview')
  await page.getByRole('button', { name: 'Pause' }).click()
  await expect(page.getByText('Paused')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.waitForResponse('**/api/jobs/overview')
  await expect(page.getByText(/^Updated/)).toBeVisible()
})

test('jobs are closed to members', { tag: ON_PHONES }, async ({ page, email, isMobile }) => {
  await signUp(page, email)
  await page.goto('/dashboard')
  if (isMobile) await page.getByRole('button', { name: 'Navigation' }).click()
  await expect(page.getByRole('link', { name: 'Dashboard', exact: true })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Jobs', exact: true })).toBeHidden()
  await page.goto('/admin/jobs')
  await expect(page.getByRole('heading', { name: 'You don’t have access to this page' })).toBeVisible()
})
