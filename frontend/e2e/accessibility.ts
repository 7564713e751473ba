import { expect, type Page } from '@playwright/test'
import axe from 'axe-core'

import { PHONE_SCREEN } from './screens'

// Other rules crash Firefox 153. They ask of a page what does not depend on the browser; this one asks what is drawn.
const RULES_IN_FIREFOX = ['color-contrast']

/**
 * Check the page with axe, and that it is no wider than the screen: as it is, in the other colour scheme and, unless
 * the test runs on a phone, on a screen of a phone's size.
 */
export async function expectAccessible(page: Page): Promise<void> {
  await expectNoViolations(page)
  await inOtherColorScheme(page, expectNoViolations)
  await onSmallScreen(page, expectNoViolations)
}

type Check = (page: Page) => Promise<void>

async function inOtherColorScheme(page: Page, check: Check): Promise<void> {
  const isDark = await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)
  await page.emulateMedia({ colorScheme: isDark ? 'light' : 'dark' })
  await check(page)
  await page.emulateMedia({ colorScheme: isDark ? 'dark' : 'light' })
}

async function onSmallScreen(page: Page, check: Check): Promise<void> {
  const screen = page.viewportSize()
  if (!screen || screen.width <= PHONE_SCREEN.width) return
  await page.setViewportSize(PHONE_SCREEN)
  await check(page)
  await page.setViewportSize(screen)
}

async function expectNoViolations(page: Page): Promise<void> {
  await settle(page)
  expect(page.frames(), 'axe checks the main frame only').toHaveLength(1)
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source)
  const violations = await page.evaluate(
    async (runOnly) => {
      const options = { resultTypes: ['violations' as const], ...(runOnly && { runOnly }) }
      const results = await (window as unknown as { axe: typeof axe }).axe.run(document, options)
      return results.violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) }))
    },
    isFirefox(page) ? RULES_IN_FIREFOX : undefined,
  )
  expect(violations).toEqual([])
  await expect.poll(() => overflow(page), { message: 'pixels beyond the screen', timeout: 3000 }).toBeLessThanOrEqual(0)
}

function isFirefox(page: Page): boolean {
  return page.context().browser()?.browserType().name() === 'firefox'
}

/** Wait until the page has reacted to its screen and colour scheme, and until what that started to fade has faded. */
async function settle(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const nextFrame = () => new Promise(requestAnimationFrame)
    await nextFrame()
    // Endless animations, such as a sign of progress, are left out.
    const isFading = ({ playState, effect }: Animation) =>
      playState === 'running' && effect?.getComputedTiming().endTime !== Infinity
    do await nextFrame()
    while (document.getAnimations().some(isFading))
  })
}

function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
}
