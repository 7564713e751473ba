import { randomUUID } from 'node:crypto'
import { readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'

import { expect, type Locator, type Page, test } from '@playwright/test'

import { OPERATOR, signIn, signUp } from '../fixtures'
import { addressOf, type DeclaredPage, type Feature, FEATURES, isForGuests } from '../pages'

const DIRECTORY = path.resolve(import.meta.dirname, '../../screenshots')
const STYLE = '<style>body{font:15px sans-serif}div{display:flex;gap:1rem;align-items:start}img{width:24%}</style>'
// Requests of the shell itself, without which there is no page.
const OF_THE_SHELL = /\/api\/(users\/me|auth\/refresh|events)?$/

for (const feature of FEATURES) {
  for (const declared of feature.pages) {
    test(`${feature.name}: /${declared.path}`, async ({ page }, { project }) => {
      const take = async (state: string) => {
        await page.evaluate(() => document.fonts.ready)
        await page.screenshot({
          path: path.join(DIRECTORY, project.name, `${nameOf(declared)}${state}.png`),
          fullPage: true,
        })
      }
      if (isForGuests(declared)) await visit(page, await addressOf(declared, feature, page), take)
      else await visitAsUser(page, declared, feature, take)
    })
  }
}

test.afterAll(writeIndex)

type Take = (state: string) => Promise<void>

async function visit(page: Page, address: string, take: Take): Promise<void> {
  await page.goto(address)
  await loaded(page)
  await take('')
}

/** Take the page with the data of the demo account, without data, while it loads, and when it does not load. */
async function visitAsUser(page: Page, declared: DeclaredPage, feature: Feature, take: Take): Promise<void> {
  await signIn(page, OPERATOR)
  const address = await addressOf(declared, feature, page)
  await visit(page, address, take)
  await whileLoading(page, address, take)
  await whenFailing(page, address, take)
  if (address !== `/${declared.path}` || declared.access?.includes(':')) return
  await page.context().clearCookies()
  await signUp(page, `new.${randomUUID()}@example.com`)
  await visit(page, address, (state) => take(`${state}-empty`))
}

async function whileLoading(page: Page, address: string, take: Take): Promise<void> {
  const held = Promise.withResolvers<undefined>()
  await page.route(isData, async (route) => {
    await held.promise
    await route.abort()
  })
  await page.goto(address)
  if (await hasAppeared(loading(page))) await take('-loading')
  held.resolve(undefined)
  await page.unrouteAll({ behavior: 'ignoreErrors' })
}

async function whenFailing(page: Page, address: string, take: Take): Promise<void> {
  const error = {
    code: 'INTERNAL_ERROR',
    internal_code: 50000,
    message: 'Something went wrong.',
    request_id: randomUUID(),
  }
  await page.route(isData, (route) => route.fulfill({ status: 500, json: { error } }))
  await page.goto(address)
  if (await hasAppeared(page.getByRole('alert'))) await take('-failed')
  await page.unrouteAll({ behavior: 'ignoreErrors' })
}

/** The requests of a page, in contrast to those of the shell around it. */
function isData({ pathname }: URL): boolean {
  return pathname.startsWith('/api/') && !OF_THE_SHELL.test(pathname)
}

async function loaded(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await expect(loading(page)).toHaveCount(0)
}

function loading(page: Page): Locator {
  return page.getByLabel(/^(Loading|Wird geladen)/)
}

/** Return whether something appears soon: not every page loads data. */
function hasAppeared(locator: Locator): Promise<boolean> {
  return locator
    .first()
    .waitFor({ timeout: 3000 })
    .then(
      () => true,
      () => false,
    )
}

function nameOf({ path }: DeclaredPage): string {
  return path.replaceAll(/\W+/g, '-').replaceAll(/^-|-$/g, '') || 'home'
}

/** Write a page that shows all pictures, one row for each state. */
function writeIndex(): void {
  const looks = readdirSync(DIRECTORY, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const names = new Set(looks.flatMap((look) => readdirSync(path.join(DIRECTORY, look.name))))
  const rows = [...names].sort().map((name) => {
    const pictures = looks.map((look) => `<img alt="${look.name}" loading="lazy" src="${look.name}/${name}">`)
    return `<h2>${path.parse(name).name}</h2><div>${pictures.join('')}</div>`
  })
  writeFileSync(path.join(DIRECTORY, 'index.html'), `<!doctype html><title>Screenshots</title>${STYLE}${rows.join('')}`)
}
