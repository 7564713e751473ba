import type { Page } from '@playwright/test'

import { expectAccessible } from './accessibility'
import { expect, ON_PHONES, OPERATOR, signIn, test } from './fixtures'
import { addressOf, FEATURES, isForGuests } from './pages'

for (const feature of FEATURES) {
  test(
    `the pages of ${feature.name} are accessible and no wider than the screen`,
    { tag: ON_PHONES },
    async ({ page }) => {
      const [forGuests, forUsers] = [
        feature.pages.filter(isForGuests),
        feature.pages.filter((one) => !isForGuests(one)),
      ]
      for (const declared of forGuests) await visit(page, await addressOf(declared, feature, page))
      if (forUsers.length > 0) await signIn(page, OPERATOR)
      for (const declared of forUsers) await visit(page, await addressOf(declared, feature, page))
    },
  )
}

async function visit(page: Page, address: string): Promise<void> {
  await test.step(address, async () => {
    await page.goto(address)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expect(page.getByLabel(/^Loading/)).toHaveCount(0)
    await expectAccessible(page)
  })
}
