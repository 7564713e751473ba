import { SLUG } from '../src/product'

import { expect, expectAccessible, expectToFit, signIn, signUp, test } from './fixtures'

// Created by `make up` in development, with all permissions.
const OPERATOR = { email: 'demo@example.com', password: `${SLUG}-demo` }

test('an operator finds a finished job, opens it and deletes it', async ({ page, context, email }) => {
  const member = await context.browser()?.newPage()
  if (!member) throw new Error('There is no browser.')
  await signUp(member, email)
  await member.close()

  await signIn(page, OPERATOR)
  await page.goto('/admin/jobs')
  await expect(page.getByRole('heading', { name: 'Jobs', level: 1 })).toBeVisible()
  await expect(page.getByRole('img', { name: /jobs? done/ })).toBeVisible()
  await expect(page.getByRole('img', { name: /unfinished jobs?; longest wait/ })).toBeVisible()
  await expectAccessible(page)
  await expectToFit(page)

  await page.getByRole('link', { name: 'Done', exact: true }).click()
  await page.getByRole('combobox', { name: 'Task' }).fill('welcome')
  await page.getByRole('option', { name: 'welcome_new_user' }).click()
  await expect(page).toHaveURL(/state=done&task=welcome_new_user/)
  await page.getByRole('link', { name: 'welcome_new_user' }).first().click()
  await expect(page.getByRole('heading', { name: 'welcome_new_user' })).toBeFocused()
  await expect(page.getByRole('region', { name: 'Payload' })).toContainText('user_id')
  await expectAccessible(page)
  await expectToFit(page)
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

test('jobs do not exist for members', async ({ page, email, isMobile }) => {
  await signUp(page, email)
  if (isMobile) await page.getByRole('button', { name: 'Navigation' }).click()
  await expect(page.getByRole('link', { name: 'Posts', exact: true })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Jobs' })).toBeHidden()
  await page.goto('/admin/jobs')
  await expect(page.getByRole('heading', { name: 'Page not found' })).toBeVisible()
})
