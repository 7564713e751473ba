import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'

import type { Download, Page } from '@playwright/test'

import { expectAccessible } from './accessibility'
import { AS_PAGE, expect, OPERATOR, signIn, signUp, test } from './fixtures'

const READ_ZIP = `
import json, sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
assert archive.testzip() is None
print(json.dumps({name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}))
`

test('an admin exports the filtered list of users, as long as there is a session', async ({ page, context, email }) => {
  await signUp(page, email)
  await signIn(page, OPERATOR)
  const start = email.split('@')[0] ?? ''
  await page.goto(`/admin/users?q=${start}`)
  await expect(page.getByRole('button', { name: 'Export' })).toHaveAttribute('title', 'Download 1 row as CSV')
  await expectAccessible(page)

  // As after a pause: the access token has expired, and the first request renews the session.
  await context.clearCookies({ name: /access$/ })
  const file = await exportOf(page)
  expect(file.suggestedFilename()).toBe('users.csv')
  const [header, ...rows] = await linesOf(file)
  const listed = await rowsOf(page, `/api/users?q=${start}`)
  expect(header).toBe(Object.keys(listed[0] ?? {}).join(','))
  expect(rows.map((row) => row.split(',').slice(0, 2))).toEqual(listed.map(({ id, email }) => [id, email]))
  expect(rows).toHaveLength(1)

  await page.goto('/admin/users?q=no-such-name')
  await expect(page.getByText('No users found')).toBeVisible()
  expect(await linesOf(await exportOf(page))).toEqual([header])
})

test('a member exports their posts in the order of the list', async ({ page, email }) => {
  await signUp(page, email)
  await addPosts(page, 'Beta, "quoted"', 'Alpha', '=Gamma')
  await page.goto('/posts?scope=drafts&sort=title')
  await expect(page.getByRole('button', { name: 'Export' })).toHaveAttribute('title', 'Download 3 rows as CSV')
  const [, ...rows] = await linesOf(await exportOf(page))
  const listed = await rowsOf(page, '/api/posts?published=false&sort=title')
  expect(rows.map((row) => row.split(',')[0])).toEqual(listed.map(({ id }) => id))
  expect(rows[0]).toContain("'=Gamma")
  expect(rows[2]).toContain('"Beta, ""quoted"""')
})

test('a user downloads their data', async ({ page, email }) => {
  await signUp(page, email)
  await addPosts(page, 'Mine')
  await page.goto('/account/data')
  await expect(page.getByRole('button', { name: 'Request a copy' })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Request a copy' }).click()
  await expect(page.getByRole('button', { name: 'Download ZIP' })).toBeVisible({ timeout: 60_000 })
  await expectAccessible(page)

  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download ZIP' }).click()
  const file = await download
  expect(file.suggestedFilename()).toMatch(/^my-data-\d{4}-\d{2}-\d{2}\.zip$/)
  const files = filesOf(await file.path())
  expect(files).toMatchObject({ 'profile.json': [{ email, name: 'Ada' }], 'posts.json': [{ title: 'Mine' }] })
  expect(Object.keys(files)).toEqual(expect.arrayContaining(['security_events.json', 'sessions.json']))

  await page.getByRole('button', { name: 'Notifications, 1 unread' }).click()
  await expect(page.getByRole('link', { name: /Your data is ready/ })).toBeVisible()
})

async function addPosts(page: Page, ...titles: string[]): Promise<void> {
  for (const title of titles)
    await expect(await page.request.post('/api/posts', { data: { title, content: 'x' }, ...AS_PAGE })).toBeOK()
}

async function exportOf(page: Page): Promise<Download> {
  const browser = page.context().browser()?.browserType().name()
  test.skip(browser === 'firefox', 'Playwright sees no download in Firefox of a file that the page itself has made.')
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export' }).click()
  return download
}

/** Return the lines of a CSV file, which Excel must take for UTF-8. */
async function linesOf(file: Download): Promise<string[]> {
  const text = readFileSync(await file.path(), 'utf8')
  expect(text.startsWith('\uFEFF')).toBe(true)
  expect(text.startsWith('\uFEFF\uFEFF')).toBe(false)
  return text.slice(1).split('\r\n').slice(0, -1)
}

async function rowsOf(page: Page, address: string): Promise<Record<string, unknown>[]> {
  const body = (await (await page.request.get(address)).json()) as { data: Record<string, unknown>[] }
  return body.data
}

/** Return the JSON files in a ZIP by their names. */
function filesOf(zip: string): Record<string, unknown> {
  const python = path.resolve(import.meta.dirname, '../../.venv/bin/python')
  return JSON.parse(execFileSync(python, ['-c', READ_ZIP, zip], { encoding: 'utf8' })) as Record<string, unknown>
}
