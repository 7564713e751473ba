import type { Locator, Page } from '@playwright/test'

import { EVERY_BROWSER, expect, PASSWORD, signUp, test } from './fixtures'

test(
  'a user signs in, writes a post and publishes it by keyboard alone',
  { tag: EVERY_BROWSER },
  async ({ page, context, email }) => {
    await signUp(page, email)
    await context.clearCookies()
    await page.goto('/sign-in')
    await expect(page.getByLabel('Email')).toBeFocused()
    await page.keyboard.type(email)
    await tabTo(page, page.getByLabel('Password', { exact: true }))
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL('/dashboard')

    await page.keyboard.press('Control+k')
    await expect(page.getByRole('combobox', { name: 'Search pages' })).toBeFocused()
    await page.keyboard.type('new post')
    await expect(page.getByRole('option', { name: 'New post' })).toHaveAttribute('aria-selected', 'true')
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL('/posts/new')
    await expect(page.getByRole('heading', { name: 'New post', level: 1 })).toBeFocused()

    await tabTo(page, page.getByLabel('Title', { exact: true }))
    await page.keyboard.type('By keyboard')
    await tabTo(page, page.getByLabel('Content'))
    await page.keyboard.type('Text.')
    await tabTo(page, page.getByLabel('Published'))
    await page.keyboard.press('Space')
    await tabTo(page, page.getByRole('button', { name: 'Save and publish' }))
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { name: 'By keyboard', level: 1 })).toBeFocused()

    await tabTo(page, page.getByRole('main').getByRole('button', { name: 'Delete', exact: true }))
    await page.keyboard.press('Enter')
    await expect(page.getByRole('dialog', { name: 'Delete this post?' })).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('main').getByRole('button', { name: 'Delete', exact: true })).toBeFocused()
  },
)

test('the focus ring of a tab is whole', async ({ page, email }) => {
  await signUp(page, email)
  await page.goto('/account/profile')
  const tab = page.getByRole('navigation', { name: 'Account' }).getByRole('link', { name: 'Security' })
  await tabTo(page, tab)
  const pixelsCut = await tab.evaluate((element) => {
    const { outlineOffset, outlineWidth } = getComputedStyle(element)
    const ring = element.getBoundingClientRect().top - parseFloat(outlineOffset) - parseFloat(outlineWidth)
    return (element.parentElement?.getBoundingClientRect().top ?? 0) - ring
  })
  expect(pixelsCut).toBeLessThanOrEqual(0)
})

test.describe('at twice the size', () => {
  test.use({ viewport: { width: 640, height: 360 } })

  test('the header covers neither what has the focus nor what the address names', async ({ page, email }) => {
    await signUp(page, email)
    await page.goto('/account/password')
    await expect(page.getByRole('heading', { name: 'Password' })).toBeFocused()
    await expect.poll(() => pixelsCovered(page)).toBe(0)

    await page.getByRole('link', { name: 'Get a link by email' }).focus()
    for (const field of ['New password', 'Current password']) {
      await tabTo(page, page.getByLabel(field, { exact: true }), 'Shift+Tab')
      expect(await pixelsCovered(page)).toBe(0)
    }
  })
})

/** Return how much of what has the focus is under the header. */
function pixelsCovered(page: Page): Promise<number> {
  return page.evaluate(() => {
    const bottom = document.querySelector('header')?.getBoundingClientRect().bottom ?? NaN
    return Math.max(0, bottom - (document.activeElement?.getBoundingClientRect().top ?? NaN))
  })
}

/** Press Tab until the element has the focus. */
async function tabTo(page: Page, element: Locator, key = 'Tab'): Promise<void> {
  await expect(element).toBeVisible()
  for (let presses = 0; presses < 40; presses++) {
    if (await element.evaluate((one) => one === document.activeElement)) return
    await page.keyboard.press(key)
  }
  await expect(element).toBeFocused()
}
