import type { Page } from '@playwright/test'

import { expectAccessible } from './accessibility'
import { expect, signUp, test } from './fixtures'

/** Open the profile, and wait until it is there. */
async function openProfile(page: Page): Promise<void> {
  await page.goto('/account/profile')
  await expect(page.getByLabel('Name')).toBeVisible()
}

async function follow(page: Page, section: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Account' }).getByRole('link', { name: section }).click()
}

test('a click while offline keeps the page, and continues once online', async ({
  page,
  context,
  email,
  browserName,
}) => {
  test.skip(browserName === 'firefox', 'its driver cannot go offline')
  await signUp(page, email)
  await openProfile(page)
  await context.setOffline(true)
  await follow(page, 'Security')

  const dialog = page.getByRole('dialog', { name: 'You’re offline' })
  await expect(dialog).toBeVisible()
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Try again' }).click()
  await expect(dialog).toBeVisible()
  await expect(page).toHaveURL('/account/profile')

  await context.setOffline(false)
  await expect(page).toHaveURL('/account/security')
  await expect(page.getByRole('heading', { name: 'Sessions', level: 2 })).toBeVisible()
})

test('input survives a click during an outage', async ({ page, context, email }) => {
  await signUp(page, email)
  await openProfile(page)
  await page.getByLabel('Name').fill('Ada Love')
  await context.route('**/assets/**', (route) => route.abort())
  await context.route('/', (route) => route.fulfill({ status: 502, body: 'Bad gateway' }))
  await follow(page, 'Security')

  await page.getByRole('dialog', { name: 'Leave without saving?' }).getByRole('button', { name: 'Keep draft' }).click()
  await page
    .getByRole('dialog', { name: 'This page didn’t load' })
    .getByRole('button', { name: 'Stay on this page' })
    .click()
  await expect(page.getByLabel('Name')).toHaveValue('Ada Love')
  await context.unrouteAll()
})

test('after a release the document is reloaded once', async ({ page, context, email }) => {
  await signUp(page, email)
  await openProfile(page)
  let loads = 0
  page.on('domcontentloaded', () => (loads += 1))
  await context.route('**/assets/SessionsSection*', (route) => route.fulfill({ status: 404 }))
  const next = '<!doctype html><script type="module" src="/assets/index-next.js"></script>'
  await context.route('/', (route) => route.fulfill({ contentType: 'text/html', body: next }))
  await follow(page, 'Security')

  // The new document lacks the file as well: show it instead of reloading forever.
  await expect(page.getByRole('heading', { name: 'This page didn’t load' })).toBeVisible()
  await expectAccessible(page)
  expect(loads).toBe(1)
  await context.unrouteAll()
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByRole('heading', { name: 'Sessions', level: 2 })).toBeVisible()
})

test('pages say when they are offline, and recover', async ({ page, context, email, browserName }) => {
  test.skip(browserName === 'firefox', 'its driver cannot go offline')
  await signUp(page, email)
  await openProfile(page)
  await context.setOffline(true)
  await expect(page.getByText('You’re offline. This page may be out of date.')).toBeVisible()
  await expectAccessible(page)
  await context.setOffline(false)
  await expect(page.getByText('You’re offline.')).toBeHidden()
})
