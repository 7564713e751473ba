import AxeBuilder from '@axe-core/playwright'
import { test as base, type ConsoleMessage, expect, type Page } from '@playwright/test'

export { expect }

export const PASSWORD = 'correct horse battery'

// The browser reports every refused request as an error; these are refused on purpose.
const EXPECTED_REFUSALS = [
  ['/api/users/me', 401],
  ['/api/users/me', 502],
  ['/api/auth/refresh', 401],
  ['/api/auth/signin', 401],
  ['/api/auth/signup', 400],
] as const

interface Fixtures {
  /** An address that no other test uses. */
  email: string
  watched: undefined
}

/** A test fails when the console shows an error, when the policy of content is violated, or when a page asks elsewhere. */
export const test = base.extend<Fixtures>({
  email: async ({}, use, { testId, retry }) => {
    await use(`ada.${testId}.${String(retry)}@example.com`)
  },
  watched: [
    async ({ context, baseURL }, use) => {
      const complaints: string[] = []
      context.on('console', (message) => {
        if (message.type() === 'error' && !isExpectedRefusal(message))
          complaints.push(`${message.location().url}: ${message.text()}`)
      })
      context.on('weberror', (error) => complaints.push(error.error().message))
      context.on('request', (request) => {
        if (!request.url().startsWith(`${baseURL ?? ''}/`)) complaints.push(`Asked elsewhere: ${request.url()}`)
      })
      await use(undefined)
      expect(complaints).toEqual([])
    },
    { auto: true },
  ],
})

/** Let axe look at the page as it is. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) }))).toEqual([])
}

export async function signUp(page: Page, email: string): Promise<void> {
  await page.goto('/sign-up')
  await fillInSignUp(page, email)
  await expect(page.getByRole('heading', { name: 'Hello, Ada' })).toBeVisible()
}

export async function fillInSignUp(page: Page, email: string): Promise<void> {
  await page.getByLabel('Name').fill('Ada')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign up' }).click()
}

export async function fillInSignIn(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Account menu' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page).toHaveURL('/sign-in')
}

function isExpectedRefusal(message: ConsoleMessage): boolean {
  const { pathname } = new URL(message.location().url || 'about:blank')
  return EXPECTED_REFUSALS.some(
    ([path, status]) => pathname === path && message.text().includes(`status of ${String(status)}`),
  )
}
