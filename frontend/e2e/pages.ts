import { readdirSync } from 'node:fs'
import path from 'node:path'

import type { APIResponse, Page } from '@playwright/test'

import { AS_PAGE } from './fixtures'

/** What `src/router/pages.ts` declares, without types that only Vite resolves. */
export interface DeclaredPage {
  path: string
  name: string
  access?: string
  /** A section of the account page: its address leads to a page that is visited by its own. */
  accountSection?: object
}

type Example = string | { list: string } | { create: string; body: object }

export interface Feature {
  name: string
  pages: DeclaredPage[]
  examples: Record<string, Example>
}

const DIRECTORY = path.resolve(import.meta.dirname, '../src/pages')
const PARAMETER = /:(\w+)(?:\([^)]*\))?[*+?]?/g

/** The features and their pages, from the files that the router reads. */
export const FEATURES = (await Promise.all(readdirSync(DIRECTORY).map(read))).filter(({ pages }) => pages.length > 0)

async function read(file: string): Promise<Feature> {
  const module = (await import(path.join(DIRECTORY, file))) as {
    default: DeclaredPage[]
    examples?: Feature['examples']
  }
  const pages = module.default.filter(({ accountSection }) => !accountSection)
  return { name: path.parse(file).name, pages, examples: module.examples ?? {} }
}

/** Return whether only guests open the page. */
export function isForGuests({ access }: DeclaredPage): boolean {
  return access === 'guest' || access === 'standalone'
}

/** Return the address of a page, with an example for each parameter. */
export async function addressOf(declared: DeclaredPage, { examples }: Feature, page: Page): Promise<string> {
  let address = declared.path
  for (const [parameter, name = ''] of declared.path.matchAll(PARAMETER)) {
    address = address.replace(parameter, await valueOf(examples[name] ?? '', page))
  }
  return `/${address}`
}

async function valueOf(example: Example, page: Page): Promise<string> {
  if (typeof example === 'string') return example
  if ('list' in example) return idIn(await page.request.get(example.list))
  return idIn(await page.request.post(example.create, { data: example.body, ...AS_PAGE }))
}

/** Return the id of the item, or of the list's first item. */
async function idIn(response: APIResponse): Promise<string> {
  const { data } = (await response.json()) as { data?: { id: string } | { id: string }[] }
  const item = Array.isArray(data) ? data.at(0) : data
  if (!item) throw new Error(`${response.url()} has no id to visit; fix the \`examples\`: ${await response.text()}`)
  return item.id
}
