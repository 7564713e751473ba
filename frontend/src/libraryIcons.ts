import { aliases } from 'vuetify/iconsets/mdi-svg'

import { vuetify } from './vuetify'

/** Add the icons that the component library's own parts show. Guests' pages have none of those parts. */
export function addLibraryIcons(): void {
  Object.assign(vuetify.icons.aliases, aliases)
}
