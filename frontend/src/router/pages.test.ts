import { expect, it } from 'vitest'
import { createMemoryHistory } from 'vue-router'

import { makeRouter } from '.'
import { type Examples, type Page, PAGES } from './pages'

interface Feature {
  default: Page[]
  examples?: Examples
}

const features = Object.entries(import.meta.glob<Feature>('../pages/*.ts', { eager: true }))

/** Return the values that occur more than once. */
function repeated(values: (string | number)[]): (string | number)[] {
  return values.filter((value, index) => values.indexOf(value) !== index)
}

function entriesOf(menu: (page: Page) => { order: number } | undefined): number[] {
  return PAGES.map(menu).flatMap((entry) => entry?.order ?? [])
}

it.each(['name', 'path'] as const)('declares each %s once', (key) => {
  expect(repeated(PAGES.map((page) => page[key])), `Two pages have this ${key}: rename one in src/pages.`).toEqual([])
})

it.each([
  ['navigation', ({ navigation }: Page) => navigation],
  ['accountSection', ({ accountSection }: Page) => accountSection],
])('gives each entry of the menu %s its own place', (name, menu) => {
  const message = `Two pages have this \`order\` in \`${name}\`: give one of them a free number in src/pages.`
  expect(repeated(entriesOf(menu)), message).toEqual([])
})

it.each(features)('says how to visit the pages of %s', (file, { default: pages, examples = {} }) => {
  for (const { path } of pages) {
    const parameters = Array.from(path.matchAll(/:(\w+)/g), ([, name = '']) => name)
    const missing = parameters.filter((name) => !(name in examples))
    expect(missing, `Export \`examples\` with these in ${file}, so that the browser tests can open /${path}.`).toEqual(
      [],
    )
  }
})

it('prefers a literal path to a parameter', () => {
  const router = makeRouter(createMemoryHistory())
  for (const { path, name } of PAGES.filter((page) => !page.path.includes(':'))) {
    expect(router.resolve(`/${path}`).name).toBe(name)
  }
})
