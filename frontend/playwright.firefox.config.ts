import path from 'node:path'

import { defineConfig } from '@playwright/test'

import config, { DESKTOP } from './playwright.config'

// Firefox asks its maker's servers for news. Everything but this machine is behind a proxy that does not exist.
const NOWHERE = { type: 1, http: '127.0.0.1', http_port: 9, ssl: '127.0.0.1', ssl_port: 9 }

/** The tests of the desktop in Firefox. */
export default defineConfig({
  ...config,
  projects: [
    {
      name: 'firefox',
      use: {
        viewport: DESKTOP.viewport,
        browserName: 'firefox',
        channel: 'moz-firefox',
        launchOptions: {
          executablePath: path.resolve(import.meta.dirname, 'e2e/firefox/relay.ts'),
          args: [],
          firefoxUserPrefs: Object.fromEntries(
            Object.entries(NOWHERE).map(([name, value]) => [`network.proxy.${name}`, value]),
          ),
        },
      },
    },
  ],
})
