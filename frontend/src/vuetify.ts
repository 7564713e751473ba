import { watchEffect } from 'vue'
import { createVuetify } from 'vuetify'
import { aliases, mdi } from 'vuetify/iconsets/mdi-svg'

import { libraryTexts, locale } from '@/i18n'

const FIELD = {
  color: 'primary',
  density: 'comfortable',
  hideDetails: 'auto',
  rounded: 'lg',
  variant: 'outlined',
} as const

/** The component library with our defaults. */
export const vuetify = createVuetify({
  // A generated theme needs inline styles, which the Content-Security-Policy forbids.
  // `styles/theme.css` sets the same variables.
  theme: false,
  icons: { defaultSet: 'mdi', aliases, sets: { mdi } },
  defaults: {
    global: { ripple: false },
    VAlert: { density: 'comfortable', rounded: 'lg', variant: 'tonal' },
    VAutocomplete: FIELD,
    VBtn: { rounded: 'lg', variant: 'flat' },
    VCard: { border: true, rounded: 'xl', variant: 'flat' },
    VChip: { size: 'small', variant: 'tonal' },
    VListItem: { prependGap: 14 },
    VMenu: { offset: 8 },
    VRadioGroup: { color: 'primary' },
    VSelect: FIELD,
    VSwitch: { color: 'primary', density: 'comfortable', hideDetails: 'auto', inset: true },
    VTextarea: FIELD,
    VTextField: FIELD,
  },
})

watchEffect(() => {
  Object.assign(vuetify.locale.messages.value, libraryTexts)
  vuetify.locale.current.value = locale.value
})
