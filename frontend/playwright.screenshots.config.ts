import { defineConfig } from '@playwright/test'

import config, { DESKTOP, PHONE } from './playwright.config'

/** Pictures of every page; no test. */
export default defineConfig({
  ...config,
  testMatch: 'screenshots/take.ts',
  use: { ...config.use, trace: 'off', screenshot: 'off', locale: process.env.LANGUAGE ?? 'en' },
  projects: [
    { name: 'desktop-light', use: { ...DESKTOP, colorScheme: 'light' } },
    { name: 'desktop-dark', use: { ...DESKTOP, colorScheme: 'dark' } },
    { name: 'phone-light', use: { ...PHONE, colorScheme: 'light' } },
    { name: 'phone-dark', use: { ...PHONE, colorScheme: 'dark' } },
  ],
})
