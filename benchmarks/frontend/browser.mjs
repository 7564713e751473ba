/** A headless Chromium, signed in to a running product, for the measurements beside this file. */
import { existsSync } from 'node:fs'

import { launch } from 'puppeteer-core'

export const [origin = 'http://127.0.0.1:8000', rounds = '5'] = process.argv.slice(2)
const ACCOUNT = { email: process.env.ACCOUNT_EMAIL ?? 'demo@example.com', password: process.env.ACCOUNT_PASSWORD }

const path = process.env.CHROMIUM_PATH ?? ['/usr/bin/chromium', '/usr/bin/chromium-headless-shell'].find(existsSync)
const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
export const browser = await launch({
  executablePath: path,
  args: [...sandbox, '--disable-background-networking', '--disable-component-update', '--no-first-run'],
})

export async function newPage(context) {
  const page = await context.newPage()
  await page.setViewport({ width: 1280, height: 800 })
  return page
}

/** Sign in without loading the front end, whose files would stay in the cache. */
export async function signIn(page) {
  await page.goto(`${origin}/robots.txt`)
  const status = await page.evaluate(async (account) => {
    const headers = { 'content-type': 'application/json' }
    return (await fetch('/api/auth/signin', { method: 'POST', headers, body: JSON.stringify(account) })).status
  }, account())
  if (status !== 200) throw new Error(`${ACCOUNT.email} cannot sign in: ${status}. Set ACCOUNT_EMAIL and ACCOUNT_PASSWORD.`)
}

function account() {
  if (!ACCOUNT.password) throw new Error('Set ACCOUNT_PASSWORD; `make up` prints that of the demo account.')
  return ACCOUNT
}

export function median(values) {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)]
}

export function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
