import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

import { baseCompile } from '@intlify/message-compiler'
import type { Plugin } from 'vite'

const DIRECTORY = path.resolve(import.meta.dirname, 'src/messages')
const FALLBACK = 'en'
const MODULE = /^virtual:messages(?:\/(?<locale>[\w-]+)\/(?<part>first|rest))?$/

interface Tree {
  [name: string]: string | Tree
}

/**
 * Serves `src/messages/<language>/<feature>.json` as two modules for each language: `first` for what every page needs,
 * `rest` for what only pages with the navigation need. Messages are compiled here, so that no compiler is in the
 * bundle. A message that a language lacks is English.
 *
 * @param first the files that belong to the first part.
 */
export function messages({ first }: { first: string[] }): Plugin {
  const locales = readdirSync(DIRECTORY, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? entry.name : [],
  )
  const files = readdirSync(path.join(DIRECTORY, FALLBACK)).map((file) => path.parse(file).name)

  return {
    name: 'messages',
    // In development the library warns of plain strings unless its compiler is there.
    config: (_, { command }) => ({
      define: {
        __INTLIFY_DROP_MESSAGE_COMPILER__: command === 'build',
        __INTLIFY_PROD_DEVTOOLS__: false,
        __VUE_I18N_FULL_INSTALL__: false,
        __VUE_I18N_LEGACY_API__: false,
      },
    }),
    resolveId: (id) => (MODULE.test(id) ? `\0${id}` : undefined),
    load(id) {
      const [, locale, part] = MODULE.exec(id.replace('\0', '')) ?? []
      if (!id.startsWith('\0virtual:messages')) return
      if (!locale) return loaders(locales)
      const chosen = files.filter((name) => first.includes(name) === (part === 'first'))
      for (const name of chosen) this.addWatchFile(fileOf(locale, name))
      const texts = Object.assign({}, ...chosen.map((name) => compiled(locale, name))) as object
      return `export const messages = ${JSON.stringify(texts)}\n${part === 'rest' ? libraryTexts(locale) : ''}`
    },
  }
}

/** Return a module with the English texts of every page, and functions that load all others. */
function loaders(locales: string[]): string {
  const entries = locales.map((locale) => {
    const parts = locale === FALLBACK ? ['rest'] : ['first', 'rest']
    return `'${locale}': { ${parts.map((part) => `${part}: () => import('virtual:messages/${locale}/${part}')`).join(', ')} }`
  })
  return `export { messages as english } from 'virtual:messages/${FALLBACK}/first'
export const LOADERS = { ${entries.join(', ')} }`
}

/** Return the export of the component library's own texts, which guests' forms do not need. */
function libraryTexts(locale: string): string {
  const name = locale.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
  return `export { ${name} as library } from 'vuetify/locale'`
}

function compiled(locale: string, name: string): Record<string, unknown> {
  const namespace = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
  const texts = { ...flat(read(FALLBACK, name), namespace), ...flat(read(locale, name), namespace) }
  // Plain texts as well: without its compiler, the library reads nothing but trees.
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, syntaxTree(text)]))
}

function syntaxTree(text: string): unknown {
  return baseCompile(text, { jit: true, minify: true, location: false }).ast
}

function flat(tree: Tree, prefix: string): Record<string, string> {
  return Object.assign(
    {},
    ...Object.entries(tree).map(([name, value]) =>
      typeof value === 'string' ? { [`${prefix}.${name}`]: value } : flat(value, `${prefix}.${name}`),
    ),
  ) as Record<string, string>
}

function read(locale: string, name: string): Tree {
  try {
    return JSON.parse(readFileSync(fileOf(locale, name), 'utf8')) as Tree
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
}

function fileOf(locale: string, name: string): string {
  return path.join(DIRECTORY, locale, `${name}.json`)
}
