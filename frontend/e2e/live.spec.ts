import { readFileSync } from 'node:fs'

import type { Page } from '@playwright/test'

import { expect, expectAccessible, expectToFit, OPERATOR, signIn, signUp, test, writePost } from './fixtures'

// A picture of one pixel.
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

/** Open a page in another browser. */
async function otherBrowser(page: Page): Promise<Page> {
  const other = await page.context().browser()?.newContext()
  if (!other) throw new Error('There is no browser.')
  return other.newPage()
}

test('an author sees a new comment at once and reads it', async ({ page, email }) => {
  await signUp(page, email)
  const title = `On engines, by ${email}`
  const address = await writePost(page, title)
  await expect(page.getByRole('button', { name: 'Notifications', exact: true })).toBeVisible()

  const other = await otherBrowser(page)
  await signUp(other, `grace.${email}`)
  await other.goto(address)
  await other.getByRole('textbox', { name: /comment/i }).fill('Well said.')
  await other.getByRole('button', { name: 'Comment', exact: true }).click()
  await expect(other.getByText('Well said.')).toBeVisible()
  await other.context().close()

  await page.getByRole('button', { name: 'Notifications, 1 unread' }).click()
  const menu = page.getByRole('region', { name: 'Notifications' })
  await expect(menu.getByRole('link', { name: new RegExp(`commented on “${title}”`) })).toBeVisible()
  await expectAccessible(page)
  await expectToFit(page)
  await menu.getByRole('link', { name: 'Show all' }).click()

  await expect(page.getByRole('heading', { name: 'Notifications', level: 1 })).toBeVisible()
  await expectAccessible(page)
  await expectToFit(page)
  await page
    .getByRole('main')
    .getByRole('link', { name: /Ada commented/ })
    .click()
  await expect(page).toHaveURL(address)
  await expect(page.getByRole('button', { name: 'Notifications', exact: true })).toBeVisible()

  await page.goto('/dashboard')
  await expect(page.getByRole('img', { name: 'You wrote 1 post and received 1 comment.' })).toBeVisible()
  await expectAccessible(page)
  await expectToFit(page)
})

test('a report shows its progress and becomes a document', async ({ page, email }) => {
  await signUp(page, email)
  await writePost(page, `On engines, by ${email}`)
  await page.goto('/reports')
  await expect(page.getByText('No reports yet')).toBeVisible()
  await expectAccessible(page)

  const steps = seenSteps(page)
  await page.getByRole('button', { name: 'New report' }).click()
  const link = page.getByRole('link', { name: /^Download/ })
  await expect(link).toBeVisible({ timeout: 30_000 })
  expect(await steps).toEqual(expect.arrayContaining([expect.stringMatching(/… \d+ %$/)]))
  await expectAccessible(page)
  await expectToFit(page)

  const download = page.waitForEvent('download')
  await link.click()
  const file = readFileSync(await (await download).path())
  expect(file.subarray(0, 4).toString()).toBe('%PDF')
  expect((await download).suggestedFilename()).toMatch(/\.pdf$/)

  await page.getByRole('button', { name: 'Notifications, 1 unread' }).click()
  await page.getByRole('link', { name: /Your report is ready/ }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Activity report' })).toBeVisible()
  await expectAccessible(page)
  await expectToFit(page)
})

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
  await expectToFit(page)

  await page.getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByText('Picture removed.')).toBeVisible()
  await expect(shown).toHaveCount(0)
})

test('a deactivated user is signed out within moments', async ({ page, email }) => {
  await signUp(page, email)
  await page.goto('/reports')
  await expect(page.getByText('No reports yet')).toBeVisible()

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

  await expect(page).toHaveURL('/sign-in?redirect=/reports', { timeout: 10_000 })

  await office.getByRole('link', { name: 'Security events' }).last().click()
  await expect(office.getByRole('row', { name: /Account changed/ })).toBeVisible()
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
  await expectToFit(page)
  await page.goto('/admin/security-events?kind=signed_in')
  await expect(page.getByRole('row', { name: /Signed in/ }).first()).toBeVisible()
  await expectAccessible(page)
  await expectToFit(page)
})

/** Collect the texts below the progress bar until it disappears. */
function seenSteps(page: Page): Promise<string[]> {
  return page.evaluate(
    () =>
      new Promise<string[]>((resolve) => {
        const seen = new Set<string>()
        const observer = new MutationObserver(() => {
          // A small report may be ready before the next poll of a locator, so the bar is checked here.
          const bar = document.querySelector('[role="progressbar"][aria-label^="Progress"]')
          const step = document.querySelector('[role="progressbar"] ~ p')?.textContent
          if (bar?.checkVisibility() && step) seen.add(step)
          if (document.querySelector('a[download]')) {
            observer.disconnect()
            resolve([...seen])
          }
        })
        observer.observe(document.body, { subtree: true, childList: true, characterData: true })
      }),
  )
}
