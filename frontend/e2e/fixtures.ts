import { randomUUID } from 'node:crypto'

import { test as base, type ConsoleMessage, expect, type Page } from '@playwright/test'

import { SLUG } from '../src/product'

import { linkFromEmail } from './mailbox'

export { expect }

export const PASSWORD = 'correct horse battery'

/** An account with all permissions, which `make up` creates in development. */
export const OPERATOR = { email: 'demo@example.com', password: `${SLUG}-demo` }

/** Tag of the tests of pages, and of what differs on a phone, such as the navigation: they run on both screens. */
export const ON_PHONES = '@phone'

/** Tag of the journeys that every run also tries in Firefox: what depends most on the browser. */
export const EVERY_BROWSER = '@every-browser'

/** Tag of what takes too long for every run. */
export const NIGHTLY = '@nightly'

/** A request of the test itself is refused unless it says, as pages do, that it comes from this site. */
export const AS_PAGE = { headers: { 'sec-fetch-site': 'same-origin' } }

// The browser logs every refused request as an error. These refusals are expected.
const EXPECTED_REFUSALS = [
  [/^\/api\/users\/me$/, 'status of 401'],
  [/^\/api\/users\/me$/, 'status of 502'],
  [/^\/api\/auth\/refresh$/, 'status of 401'],
  [/^\/api\/events$/, 'status of 401'],
  // A page that was open when its session was ended elsewhere.
  [/^\/api\/[a-z-]+(\.csv|\/[0-9a-f-]{36})?$/, 'status of 401'],
  // A tab whose cookies have become another user's.
  [/^\/api\//, 'status of 409'],
  // Another version was saved first.
  [/^\/api\//, 'status of 412'],
  // A page whose item was deleted or never existed.
  [/^\/api\/[a-z-]+\/[0-9a-f-]{36}$/, 'status of 404'],
  [/^\/api\/users\/me\/avatar$/, 'status of 415'],
  [/^\/api\/users\/[0-9a-f-]{36}$/, 'status of 403'],
  [/^\/api\/auth\/signin$/, 'status of 401'],
  [/^\/api\/auth\/signup$/, 'status of 400'],
  [/^\/api\/auth\/mfa\/verify$/, 'status of 401'],
  [/^\/api\/auth\/(change|reset)-password$/, 'status of 400'],
  [/^\/api\/auth\/(verify-email|invitation)$/, 'status of 400'],
  // Interrupted by tests.
  [/^\/(assets\/|$)/, /status of (404|502)|net::ERR_(FAILED|INTERNET_DISCONNECTED)/],
  [/^\/api\//, 'net::ERR_INTERNET_DISCONNECTED'],
  [/^\/api\/[a-z-]+$/, 'net::ERR_FAILED'],
] as const

interface Fixtures {
  /** An email address that no other test uses. */
  email: string
  watched: undefined
}

/** Fail a test on console errors, Content-Security-Policy violations and requests to other hosts. */
export const test = base.extend<Fixtures>({
  email: async ({}, use) => {
    await use(`ada.${randomUUID()}@example.com`)
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

/** Open a page in another browser. */
export async function otherBrowser(page: Page): Promise<Page> {
  const other = await page.context().browser()?.newContext()
  if (!other) throw new Error('There is no browser.')
  return other.newPage()
}

/** Sign up in this browser, without a page. */
export async function signUp(page: Page, email: string): Promise<void> {
  const data = { name: 'Ada', email, password: PASSWORD }
  const response = await page.request.post('/api/auth/signup', { data, ...AS_PAGE })
  await expect(response).toBeOK()
}

/** Sign up and open the link of the welcome email, which verifies the account. */
export async function signUpVerified(page: Page, email: string): Promise<void> {
  await signUp(page, email)
  await page.goto(await linkFromEmail(page, email, '/verify-email'))
  await expect(page.getByRole('heading', { name: 'Your email address is confirmed' })).toBeVisible()
}

export async function fillInSignUp(page: Page, email: string): Promise<void> {
  await page.getByLabel('Name').fill('Ada')
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign up' }).click()
}

/** Sign in in this browser, without a page. */
export async function signIn(page: Page, data: { email: string; password: string }): Promise<void> {
  const response = await page.request.post('/api/auth/signin', { data, ...AS_PAGE })
  await expect(response).toBeOK()
}

export async function fillInSignIn(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Account menu' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page).toHaveURL('/sign-in')
}

function isExpectedRefusal(message: ConsoleMessage): boolean {
  const { pathname } = new URL(message.location().url || 'about:blank')
  return EXPECTED_REFUSALS.some(([path, words]) => path.test(pathname) && message.text().match(words))
}
