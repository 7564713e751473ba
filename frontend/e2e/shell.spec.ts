import type { Page } from '@playwright/test'

import { NAME } from '../src/product'

import { expectAccessible } from './accessibility'
import { expect, ON_PHONES, signUp, test } from './fixtures'

for (const [system, other] of [
  ['light', 'dark'],
  ['dark', 'light'],
] as const) {
  test.describe(`on a ${system} system`, { tag: ON_PHONES }, () => {
    test.use({ colorScheme: system })

    test('the colour scheme follows it until the user chooses one, which is remembered', async ({
      page,
      browserName,
    }) => {
      test.skip(browserName === 'firefox', 'its driver emulates no colour scheme')
      await page.goto('/sign-in')
      const root = page.locator('html')
      await expect(root).toHaveAttribute('data-color-scheme', system)

      await page.getByLabel('Colour scheme').selectOption(other)
      await expect(root).toHaveAttribute('data-color-scheme', other)

      await page.reload({ waitUntil: 'commit' })
      await expect(root).toHaveAttribute('data-color-scheme', other)
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      await expectAccessible(page)
    })
  })
}

test.describe('in the colours of the system', () => {
  test.use({ contextOptions: { forcedColors: 'active', reducedMotion: 'reduce' } })

  test('the current page and the current choice stand out', async ({ page, email, browserName }) => {
    test.skip(browserName === 'firefox', 'its driver emulates no forced colours')
    await signUp(page, email)
    await page.goto('/posts')
    const selected = await colorOf(page, 'SelectedItem')
    for (const [navigation, current] of [
      ['Filter posts', 'All'],
      ['Main', 'Posts'],
    ] as const) {
      const links = page.getByRole('navigation', { name: navigation }).getByRole('link')
      await expect(links.filter({ hasText: current })).toHaveCSS('background-color', selected)
    }
  })
})

test.describe('on a dark system', () => {
  test.use({ colorScheme: 'dark' })

  test('a printed page is light and shows nothing to operate', async ({ page, email }) => {
    await signUp(page, email)
    await page.goto('/posts')
    await expect(page.getByRole('heading', { name: 'Posts', level: 1 })).toBeVisible()
    await page.emulateMedia({ media: 'print' })
    await expect(page.getByRole('heading', { name: 'Posts', level: 1 })).toBeVisible()
    await expect(page.getByRole('banner')).toBeHidden()
    await expect(page.getByRole('navigation')).toHaveCount(0)
    await expect(page.locator('html')).toHaveCSS('background-color', 'rgb(249, 250, 250)')
  })
})

test('an unknown URL shows a page with a way back', async ({ page }) => {
  await page.goto('/no/such/page')
  await expect(page.getByRole('heading', { name: 'Page not found' })).toBeVisible()
  await expect(page).toHaveTitle(`Page not found · ${NAME}`)
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Go to the home page' }).click()
  await expect(page).toHaveURL('/')
})

test('the keyboard can skip to the content, and a new page focuses its heading', async ({ page }) => {
  await page.goto('/')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('main')).toBeFocused()

  await page.getByRole('link', { name: 'Create your account' }).press('Enter')
  await expect(page.getByRole('heading', { name: 'Create your account' })).toBeFocused()
})

test('the navigation is available on every screen', { tag: ON_PHONES }, async ({ page, email, isMobile }) => {
  await signUp(page, email)
  await page.goto('/dashboard')
  if (isMobile) await page.getByRole('button', { name: 'Navigation' }).click()
  const navigation = page.getByRole('navigation', { name: 'Main' })
  await expect(navigation.getByRole('link', { name: 'Dashboard' })).toBeVisible()
  await expectAccessible(page)
})

test(
  'on a phone Tab enters the open navigation, and Escape returns',
  { tag: ON_PHONES },
  async ({ page, email, isMobile }) => {
    test.skip(!isMobile, 'the navigation is always there')
    await signUp(page, email)
    await page.goto('/dashboard')
    const button = page.getByRole('button', { name: 'Navigation' })
    await button.press('Enter')
    await page.keyboard.press('Tab')
    await expect(page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Dashboard' })).toBeFocused()
    await page.keyboard.press('Escape')
    await expect(button).toBeFocused()
    await expect(button).toHaveAttribute('aria-expanded', 'false')
  },
)

test('an unreachable API shows a message until it answers', async ({ page, context, email }) => {
  await signUp(page, email)
  await context.route('**/api/users/me', (route) => route.fulfill({ status: 502, body: 'Bad gateway' }), {
    times: 1,
  })
  await page.goto('/dashboard')
  await expect(page.getByRole('heading', { name: 'We can’t reach the server' })).toBeVisible()
  await expectAccessible(page)
  await expect(page).toHaveURL('/dashboard')
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
})

test('the sidebar shrinks to its icons, which is remembered', async ({ page, email }) => {
  await signUp(page, email)
  await page.goto('/dashboard')
  const navigation = page.getByRole('navigation', { name: 'Main' })
  await navigation.getByRole('button', { name: 'Collapse navigation' }).click()
  await expect(navigation).toHaveCSS('width', '60px')
  await expectAccessible(page)
  await page.reload()
  await expect(navigation).toHaveCSS('width', '60px')
  await navigation.getByRole('link', { name: 'Posts' }).click()
  await expect(page).toHaveURL('/posts')
})

test('Ctrl K opens any page by keyboard, and Escape returns', { tag: ON_PHONES }, async ({ page, email }) => {
  await signUp(page, email)
  await page.goto('/dashboard')
  const opener = page.getByRole('button', { name: 'Search' })
  await opener.press('Enter')
  const field = page.getByRole('combobox', { name: 'Search pages' })
  await expect(field).toBeFocused()
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await expect(opener).toBeFocused()

  await page.keyboard.press('Control+k')
  await field.fill('sess')
  await expect(page.getByRole('option', { name: 'Sessions' })).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL('/account/security#sessions')
})

test('a page that a user may not open says what is missing', async ({ page, email }) => {
  await signUp(page, email)
  await page.goto('/admin/users')
  await expect(page.getByRole('heading', { name: 'You don’t have access to this page' })).toBeVisible()
  await expect(page.getByText('read:users')).toBeVisible()
  await expect(page).toHaveURL('/admin/users')
  await expectAccessible(page)
})

test('the manifest names the product, and password managers find the page', async ({ page, email }) => {
  const manifest = (await (await page.request.get('/manifest.json')).json()) as { name: string }
  expect(manifest.name).toBe(NAME)
  await signUp(page, email)
  await page.goto('/.well-known/change-password')
  await expect(page).toHaveURL('/account/security#password')
})

/** Return a colour of the system, as the browser computes it. */
function colorOf(page: Page, name: string): Promise<string> {
  return page.evaluate((color) => {
    const probe = document.body.appendChild(document.createElement('i'))
    Object.assign(probe.style, { forcedColorAdjust: 'none', color })
    const computed = getComputedStyle(probe).color
    probe.remove()
    return computed
  }, name)
}
