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
  // The API checks where a request comes from, so no cookie is read.
  'axios/lib/helpers/cookies.js': 'export default { read: () => null, readAsync: async () => null }',
  // Types check the options.
  'axios/lib/helpers/validator.js': `
    const skip = () => undefined
    export default { assertOptions: skip, validators: { transitional: skip, spelling: skip } }`,
  'axios/lib/helpers/formDataToJSON.js': 'export default undefined',
  // `src/styles/theme.css` stands in for it.
  'vuetify/lib/composables/theme.js': `
    export const ThemeSymbol = Symbol.for('vuetify:theme')
    const theme = { install: () => {}, setTransitionOrigin: () => {}, isDisabled: true, prefix: 'v-', themeClasses: {}, name: {}, current: {} }
    export const createTheme = () => ({ ...theme, global: theme })
    export const makeThemeProps = () => ({ theme: String })
    export const provideTheme = createTheme
    export const useTheme = createTheme`,
  // `src/vuetify.ts` turns it off.
  'vuetify/lib/directives/ripple/index.js': 'export const Ripple = {}\nexport default Ripple',
  // The library's slide groups and tabs scroll with it.
  'vuetify/lib/composables/goto.js': `
    export const GoToSymbol = Symbol.for('vuetify:goto')
    export const createGoTo = () => ({})
    export const useGoTo = () => {
      throw new Error('The build cannot scroll as the component library does. Remove goto.js from UNUSED in build.config.ts.')
    }`,
  'vuetify/lib/components/VChipGroup/VChipGroup.js': `
    export const VChipGroupSymbol = Symbol.for('vuetify:v-chip-group')
    export const VChipGroup = () => {
      throw new Error('The build has no groups of chips. Remove VChipGroup.js from UNUSED in build.config.ts.')
    }`,
  // Wavy progress.
  'vuetify/lib/components/VProgressLinear/waves.js': `
    export const hasWave = () => false
    export const linearWavePath = hasWave
    export const circularWavePath = hasWave`,
  // `src/libraryIcons.ts` stands in for it.
  'vuetify/lib/iconsets/mdi.js': 'export const aliases = {}\nexport const mdi = {}',
  // For colours that are not of the theme, which are inline styles.
  'vuetify/lib/util/color/APCA.js': 'export const APCAcontrast = () => 0',
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

/** Imports that a library needs for little, with what stands in their place. */
const IMPORTS: Record<string, [string, string]> = {
  // It looks for one function by name, for which the bundle would keep all of Vue.
  'petite-vue-i18n/dist/petite-vue-i18n.mjs': [
    "import * as Vue from 'vue'",
    "import { getCurrentInstance as instance } from 'vue'\nconst Vue = { getCurrentInstance: instance }",
  ],
  // Cards and fields that are loading: ours show skeletons.
  'vuetify/lib/composables/loader.js': [
    'import { VProgressLinear } from "../components/VProgressLinear/index.js"',
    'const VProgressLinear = () => null',
  ],
  // Messages that show how long they stay.
  'vuetify/lib/components/VSnackbar/VSnackbar.js': [
    'import { VProgressLinear } from "../VProgressLinear/index.js"',
    'const VProgressLinear = () => null',
  ],
  // Chips in groups and in rows that slide.
  'vuetify/lib/components/VChip/VChip.js': [
    'import { VSlideGroupSymbol } from "../VSlideGroup/VSlideGroup.js"',
    "const VSlideGroupSymbol = Symbol.for('vuetify:v-slide-group')",
  ],
}

/** Leave code out of the build that the product does not use. */
export const withoutUnused: Plugin = {
  name: 'without-unused',
  apply: 'build',
  load(id) {
    return Object.entries(UNUSED).find(([file]) => id.endsWith(`/node_modules/${file}`))?.[1]
  },
  transform(code, id) {
    const [whole, part] = Object.entries(IMPORTS).find(([file]) => id.endsWith(`/node_modules/${file}`))?.[1] ?? []
    if (whole === undefined || part === undefined) return
    if (!code.includes(whole)) throw new Error(`${id} has changed. Look at IMPORTS in build.config.ts.`)
    return code.replace(whole, part)
  },
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
