import type { Page } from '@playwright/test'

import { expect, expectAccessible, signUp, test } from './fixtures'

async function follow(page: Page, name: string): Promise<void> {
  const menu = page.getByRole('button', { name: 'Navigation' })
  if (await menu.isVisible()) await menu.click()
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name }).click()
}

test('a click while offline keeps the page, and continues once online', async ({ page, context, email }) => {
  await signUp(page, email)
  await page.goto('/posts')
  await expect(page.getByRole('article').first()).toBeVisible()
  await context.setOffline(true)
  await follow(page, 'Reports')

  const dialog = page.getByRole('dialog', { name: 'You’re offline' })
  await expect(dialog).toBeVisible()
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Try again' }).click()
  await expect(dialog).toBeVisible()
  await expect(page).toHaveURL('/posts')

  await context.setOffline(false)
  await expect(page).toHaveURL('/reports')
  await expect(page.getByRole('heading', { name: 'Reports', level: 1 })).toBeVisible()
})

test('input survives a click during an outage', async ({ page, context, email }) => {
  await signUp(page, email)
  await page.goto('/posts/new')
  await page.getByLabel('Title', { exact: true }).fill('Half a thought')
  await context.route('**/assets/**', (route) => route.abort())
  await context.route('/', (route) => route.fulfill({ status: 502, body: 'Bad gateway' }))
  await follow(page, 'Reports')
  await page.getByRole('button', { name: 'Leave' }).click()

  await page
    .getByRole('dialog', { name: 'This page didn’t load' })
    .getByRole('button', { name: 'Stay on this page' })
    .click()
  await expect(page.getByLabel('Title', { exact: true })).toHaveValue('Half a thought')
  await context.unrouteAll()
})

test('after a release the document is reloaded once', async ({ page, context, email }) => {
  await signUp(page, email)
  await page.goto('/posts')
  await expect(page.getByRole('article').first()).toBeVisible()
  let loads = 0
  page.on('domcontentloaded', () => (loads += 1))
  await context.route('**/assets/ReportListView*', (route) => route.fulfill({ status: 404 }))
  const next = '<!doctype html><script type="module" src="/assets/index-next.js"></script>'
  await context.route('/', (route) => route.fulfill({ contentType: 'text/html', body: next }))
  await follow(page, 'Reports')

  // The new document lacks the file as well: show it instead of reloading forever.
  await expect(page.getByRole('heading', { name: 'This page didn’t load' })).toBeVisible()
  await expectAccessible(page)
  expect(loads).toBe(1)
  await context.unrouteAll()
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByRole('heading', { name: 'Reports', level: 1 })).toBeVisible()
})
