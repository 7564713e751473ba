import { createVuetify } from 'vuetify'
import { VSvgIcon } from 'vuetify/components/VIcon'

import { libraryLocale } from './libraryLocale'

const FIELD = {
  color: 'primary',
  density: 'compact',
  hideDetails: 'auto',
  rounded: 'lg',
  variant: 'outlined',
} as const

/** The component library with our defaults. */
export const vuetify = createVuetify({
  // A generated theme needs inline styles, which the Content-Security-Policy forbids.
  // `styles/theme.css` sets the same variables.
  theme: false,
  locale: { adapter: libraryLocale },
  // `libraryIcons.ts` adds the others.
  icons: { defaultSet: 'mdi', aliases: {}, sets: { mdi: { component: VSvgIcon } } },
  defaults: {
    global: { ripple: false },
    VAlert: { density: 'comfortable', rounded: 'lg', variant: 'tonal' },
    VAutocomplete: FIELD,
    // A button that leads to the page it stands on is no state of that page.
    VBtn: { active: false, rounded: 'lg', variant: 'flat' },
    VCard: { border: true, rounded: 'xl', variant: 'flat' },
    VChip: { size: 'small', variant: 'tonal' },
    VListItem: { prependGap: 14 },
    VMenu: { offset: 8 },
    VRadioGroup: { color: 'primary' },
    VSelect: FIELD,
    VSwitch: { color: 'primary', density: 'compact', hideDetails: 'auto', inset: true, size: 'x-small' },
    VTextarea: FIELD,
    VTextField: FIELD,
  },
})
