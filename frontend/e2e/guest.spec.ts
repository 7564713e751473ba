import { readFileSync } from 'node:fs'
import path from 'node:path'
import { brotliCompressSync } from 'node:zlib'

import type { Page } from '@playwright/test'

import { expectAccessible } from './accessibility'
import { expect, fillInSignUp, ON_PHONES, OPERATOR, signUp, test } from './fixtures'

const DIST = path.resolve(import.meta.dirname, '../dist')

test('a guest finds the way from the landing page to the dashboard', { tag: ON_PHONES }, async ({ page, email }) => {
  await page.goto('/')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Create your account' }).click()
  await fillInSignUp(page, email)
  await expect(page).toHaveURL('/dashboard')
  await page.goto('/')
  await expect(page).toHaveURL('/dashboard')
})

test.describe('on the narrowest screen, in German', () => {
  test.use({ viewport: { width: 320, height: 640 }, locale: 'de' })

  test('the way to sign in is whole on every page', { tag: ON_PHONES }, async ({ page }) => {
    for (const address of ['/', '/posts', '/no/such/page']) {
      await page.goto(address)
      const link = page.getByRole('banner').getByRole('link', { name: 'Anmelden' })
      await expect(link).toBeInViewport({ ratio: 1 })
    }
  })
})

test('guests’ pages ask the API nothing that it refuses', async ({ page }) => {
  const complaints: string[] = []
  const refusals: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('response', (response) => response.status() >= 400 && refusals.push(response.url()))
  for (const address of ['/', '/sign-in', '/sign-up', '/forgot-password']) {
    await page.goto(address, { waitUntil: 'networkidle' })
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  }
  expect([complaints, refusals]).toEqual([[], []])
})

test('the demo account signs in with one click during development', async ({ page }) => {
  await page.goto('/sign-in')
  await expect(page.getByLabel('Email')).toBeFocused()
  await page.getByRole('button', { name: 'Use the demo account' }).click()
  await expect(page).toHaveURL('/dashboard')
  await page.goto('/account/profile')
  await expect(page.getByText(OPERATOR.email).first()).toBeVisible()
})

test('a password field says that Caps Lock is on', async ({ page }) => {
  await page.goto('/sign-in')
  await page.getByLabel('Password', { exact: true }).dispatchEvent('keydown', { key: 'A', modifierCapsLock: true })
  await expect(page.getByRole('img', { name: 'Caps Lock is on' })).toBeVisible()
})

for (const address of ['/', '/sign-in']) {
  test(`what a guest needs for ${address} weighs at most 122 kB of JavaScript`, async ({ page }) => {
    const files = await filesOf(page, address)
    expect(weightOf(scriptsOf(files)), describe(files)).toBeLessThanOrEqual(122_000)
    expect(files.length, describe(files)).toBeLessThanOrEqual(25)
  })
}

test('the first page of a user weighs at most 180 kB of JavaScript', async ({ page, email }) => {
  await signUp(page, email)
  const files = await filesOf(page, '/dashboard')
  expect(weightOf(scriptsOf(files)), describe(files)).toBeLessThanOrEqual(180_000)
  expect(files.length, describe(files)).toBeLessThanOrEqual(25)
})

/** Return the paths of all that a page requests until it is quiet, each once: data that changes is asked for again. */
async function filesOf(page: Page, address: string): Promise<string[]> {
  const files = new Set<string>()
  page.on('request', (request) => files.add(new URL(request.url()).pathname))
  await page.goto(address)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await page.waitForTimeout(1500)
  return [...files]
}

function scriptsOf(files: string[]): string[] {
  return files.filter((file) => file.endsWith('.js'))
}

function weightOf(files: string[]): number {
  return files.reduce((sum, file) => sum + sizeOf(file), 0)
}

/** Return the size of a file as the API serves it. Small ones are not compressed ahead. */
function sizeOf(file: string): number {
  return brotliCompressSync(readFileSync(path.join(DIST, file))).length
}

/** Name the biggest scripts, for the message of a failure. */
function describe(files: string[]): string {
  const scripts = scriptsOf(files).map((file) => ({ file, size: sizeOf(file) }))
  const biggest = scripts.sort((one, other) => other.size - one.size).slice(0, 6)
  return `${files.length} requests; ${biggest.map(({ file, size }) => `${file} ${(size / 1000).toFixed(1)} kB`).join(', ')}`
}
