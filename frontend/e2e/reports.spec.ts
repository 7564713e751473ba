import { readFileSync } from 'node:fs'

import type { Page } from '@playwright/test'

import { expectAccessible } from './accessibility'
import { expect, signUp, test } from './fixtures'
import { writePost } from './posts'

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
  expect(await steps).toEqual(expect.arrayContaining([expect.stringMatching(/… \d+%$/)]))
  await expectAccessible(page)

  // As after a pause: the access token has expired.
  await page.context().clearCookies({ name: /access$/ })
  const download = page.waitForEvent('download')
  await link.click()
  const file = readFileSync(await (await download).path())
  expect(file.subarray(0, 4).toString()).toBe('%PDF')
  expect((await download).suggestedFilename()).toMatch(/\.pdf$/)

  await page.getByRole('button', { name: 'Notifications, 1 unread' }).click()
  await page.getByRole('link', { name: /Your report is ready/ }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Activity report' })).toBeVisible()
  await expectAccessible(page)
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
