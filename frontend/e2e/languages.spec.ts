import type { Page } from '@playwright/test'

import { EVERY_BROWSER, expect, NIGHTLY, OPERATOR, signIn, test } from './fixtures'
import { addressOf, type DeclaredPage, type Feature, FEATURES, isForGuests } from './pages'
import { expectWholeTexts } from './texts'

/** At which pages must not lose anything, also because it is a screen of 1280 pixels at a zoom of 400 %. */
const SMALLEST_SCREEN = { width: 320, height: 640 }
/** The pages that every run visits: they have most of the text that guests and new users see. */
const SHORT = ['sign-in', 'dashboard', 'account-profile']

for (const locale of ['en-US', 'de-DE']) {
  test.describe(`in ${locale}`, () => {
    test.use({ locale, viewport: SMALLEST_SCREEN, isMobile: false })

    test('no text of the first pages is cut on a small phone', async ({ page }) => {
      for (const feature of FEATURES)
        await visitAll(
          page,
          feature,
          feature.pages.filter(({ name }) => SHORT.includes(name)),
        )
    })

    for (const feature of FEATURES) {
      test(`no text of ${feature.name} is cut on a small phone`, { tag: NIGHTLY }, async ({ page }) => {
        await visitAll(page, feature, feature.pages)
      })
    }
  })
}

test('the language changes without a reload, and stays', { tag: EVERY_BROWSER }, async ({ page }) => {
  await page.goto('/sign-in')
  const loaded = await page.evaluate(() => performance.timeOrigin)
  await page.getByLabel('Email').fill('ada@example.com')
  await page.getByRole('combobox', { name: 'Language' }).selectOption('Deutsch')
  await expect(page.getByRole('button', { name: 'Anmelden', exact: true })).toBeVisible()
  await expect(page.getByLabel('E-Mail')).toHaveValue('ada@example.com')
  await expect(page).toHaveTitle(/^Anmelden/)
  expect(await page.evaluate(() => performance.timeOrigin)).toBe(loaded)

  await page.reload()
  await expect(page.getByRole('button', { name: 'Anmelden', exact: true })).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('lang', 'de')
})

async function visitAll(page: Page, feature: Feature, pages: DeclaredPage[]): Promise<void> {
  const forUsers = pages.filter((declared) => !isForGuests(declared))
  for (const declared of pages.filter(isForGuests)) await visit(page, await addressOf(declared, feature, page))
  if (forUsers.length > 0) await signIn(page, OPERATOR)
  for (const declared of forUsers) await visit(page, await addressOf(declared, feature, page))
}

async function visit(page: Page, address: string): Promise<void> {
  await test.step(address, async () => {
    await page.goto(address)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expect(page.locator('[aria-busy=true], .v-skeleton-loader')).toHaveCount(0)
    await expectWholeTexts(page)
  })
}
