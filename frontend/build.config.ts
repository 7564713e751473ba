import type { Plugin } from 'vite'

/**
 * Modules that the product does not use but its libraries import, with what stands in their place. They are a fifth of
 * what a guest would load.
 */
const UNUSED: Record<string, string> = {
  // Requests are sent with XMLHttpRequest.
  'axios/lib/adapters/fetch.js': 'export const getFetch = () => null',
  'axios/lib/cancel/CancelToken.js': 'export default undefined',
  'axios/lib/helpers/HttpStatusCode.js': 'export default undefined',
  'axios/lib/helpers/formDataToJSON.js': 'export default undefined',
  // `src/styles/theme.css` stands in for it.
  'vuetify/lib/composables/theme.js': `
    export const ThemeSymbol = Symbol.for('vuetify:theme')
    const theme = { install: () => {}, setTransitionOrigin: () => {}, isDisabled: true, prefix: 'v-', themeClasses: {}, name: {}, current: {} }
    export const createTheme = () => ({ ...theme, global: theme })
    export const makeThemeProps = () => ({ theme: String })
    export const provideTheme = createTheme
    export const useTheme = createTheme`,
  // `src/libraryLocale.ts` stands in for it.
  'vuetify/lib/locale/adapters/vuetify.js': 'export const createVuetifyAdapter = undefined',
  // For the library's date pickers and calendars.
  'vuetify/lib/composables/date/date.js': `
    export const DateAdapterSymbol = Symbol.for('vuetify:date-adapter')
    export const DateOptionsSymbol = Symbol.for('vuetify:date-options')
    export const createDate = () => ({ options: {}, instance: {} })
    export const useDate = () => {
      throw new Error('The build has no dates of the component library. Remove them from UNUSED in build.config.ts.')
    }`,
}

// It looks for one function by name, for which the bundle would keep all of Vue.
const ALL_OF_VUE = "import * as Vue from 'vue'"
const USED_OF_VUE = "import { getCurrentInstance as instance } from 'vue'\nconst Vue = { getCurrentInstance: instance }"

/** Leave code out of the build that the product does not use. */
export const withoutUnused: Plugin = {
  name: 'without-unused',
  apply: 'build',
  load(id) {
    return Object.entries(UNUSED).find(([file]) => id.endsWith(`/node_modules/${file}`))?.[1]
  },
  transform: (code, id) => (id.includes('/petite-vue-i18n/') ? code.replace(ALL_OF_VUE, USED_OF_VUE) : undefined),
}

const ICON = 'virtual:icon/'
const ICONS = /import \{([^}]*)\} from ['"]@mdi\/js['"]/g

/** Give each icon a module of its own: @mdi/js is a single one, so every page would load the icons of all pages. */
export const singleIcons: Plugin = {
  name: 'single-icons',
  apply: 'build',
  resolveId: (id) => (id.startsWith(ICON) ? `\0${id}` : undefined),
  async load(id) {
    if (!id.startsWith(`\0${ICON}`)) return
    const icons = await import('@mdi/js')
    return `export default ${JSON.stringify(icons[id.slice(ICON.length + 1) as keyof typeof icons])}`
  },
  transform: {
    order: 'post',
    handler: (code) =>
      code.includes('@mdi/js') ? code.replace(ICONS, (_, names: string) => importsOf(names)) : undefined,
  },
}

function importsOf(names: string): string {
  const icons = names
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
  return icons.map((icon) => `import ${icon} from '${ICON}${icon}'`).join('\n')
}

const PLAIN = '?plain'
const CALLS = /import \{([^}]*)\} from ["']([^"']*\/generated\/client)["']/g
/** What TanStack Query runs: hooks, and their keys and options. */
const QUERIES = /^(use[A-Z]|\w+Query(Key|Options)\b)/

/**
 * Take calls of the API from modules without the hooks that orval generates beside them: a module is in one file, so a
 * guest's sign-in would load TanStack Query.
 */
export const plainCalls: Plugin = {
  name: 'plain-calls',
  apply: 'build',
  enforce: 'pre',
  async resolveId(source, importer) {
    const isBelow = importer?.endsWith(PLAIN) && source.startsWith('.')
    if (!isBelow && !source.endsWith(PLAIN)) return
    const found = await this.resolve(source.replace(PLAIN, ''), importer?.replace(PLAIN, ''), { skipSelf: true })
    return found?.id.includes('/generated/') ? `${found.id}${PLAIN}` : found
  },
  transform: {
    order: 'post',
    handler: (code, id) =>
      id.endsWith(PLAIN)
        ? undefined
        : code.replace(CALLS, (_, names: string, file: string) => splitImport(names, file)),
  },
}

function splitImport(names: string, file: string): string {
  const all = names
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
  const [queries, calls] = [all.filter((name) => QUERIES.test(name)), all.filter((name) => !QUERIES.test(name))]
  return [
    queries.length > 0 && `import { ${queries.join(', ')} } from '${file}'`,
    calls.length > 0 && `import { ${calls.join(', ')} } from '${file}${PLAIN}'`,
  ]
    .filter(Boolean)
    .join('\n')
}
