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
  // For the library's date pickers and calendars.
  'vuetify/lib/composables/date/date.js': `
    export const DateAdapterSymbol = Symbol.for('vuetify:date-adapter')
    export const DateOptionsSymbol = Symbol.for('vuetify:date-options')
    export const createDate = () => ({ options: {}, instance: {} })
    export const useDate = () => {
      throw new Error('The build has no dates of the component library. Remove them from UNUSED in build.config.ts.')
    }`,
}

/** Leave modules out of the build. */
export const withoutUnused: Plugin = {
  name: 'without-unused',
  apply: 'build',
  load(id) {
    return Object.entries(UNUSED).find(([file]) => id.endsWith(`/node_modules/${file}`))?.[1]
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
