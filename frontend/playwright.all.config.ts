import { defineConfig } from '@playwright/test'

import config, { DESKTOP, PHONE } from './playwright.config'

/** Every test on both screens and in both colour schemes. */
export default defineConfig({
  ...config,
  projects: [
    { name: 'desktop, light', use: { ...DESKTOP, colorScheme: 'light' } },
    { name: 'desktop, dark', use: { ...DESKTOP, colorScheme: 'dark' } },
    { name: 'phone, light', use: { ...PHONE, colorScheme: 'light' } },
  ],
})
