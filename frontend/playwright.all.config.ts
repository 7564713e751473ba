import { defineConfig } from '@playwright/test'

import config, { DESKTOP, PHONE } from './playwright.config'

/** Every test on both screens and in both colour schemes, but those that choose their screen themselves. */
export default defineConfig({
  ...config,
  projects: [
    { name: 'desktop, light', use: { ...DESKTOP, colorScheme: 'light' } },
    { name: 'desktop, dark', use: { ...DESKTOP, colorScheme: 'dark' }, grepInvert: /@nightly/ },
    { name: 'phone, light', use: { ...PHONE, colorScheme: 'light' }, grepInvert: /@nightly/ },
  ],
})
