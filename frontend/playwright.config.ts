import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { defineConfig, devices } from '@playwright/test'

import { PHONE_SCREEN } from './e2e/screens'

// Workers also read this file and get the first reading's choices from the environment.
const PORT = (process.env.E2E_PORT ??= await freePort())
const VAR_DIRECTORY = (process.env.E2E_VAR ??= temporaryDirectory())
const BASE_URL = `http://127.0.0.1:${PORT}`

export const DESKTOP = devices['Desktop Chrome']
export const PHONE = { ...DESKTOP, viewport: PHONE_SCREEN, isMobile: true, hasTouch: true }

export default defineConfig({
  testDir: 'e2e',
  fullyParallel: true,
  // One more than the cores of a small machine: tests also wait for emails, jobs and timers.
  workers: 3,
  // Generous, because three browsers and the whole stack may share two cores. `expect` limits what a page may take.
  timeout: 120_000,
  expect: { timeout: 10_000 },
  forbidOnly: !!process.env.CI,
  reporter: [['list']],
  use: {
    baseURL: BASE_URL,
    // Measure contrast after transitions, not during a fade.
    contextOptions: { reducedMotion: 'reduce' },
    screenshot: 'only-on-failure',
    // Every test is traced until it passes. The film of it would cost a sixth more; each step's page is kept.
    trace: { mode: 'retain-on-failure', screenshots: false },
    launchOptions: { executablePath: chromium(), args: chromiumFlags() },
  },
  // `expectAccessible` looks at each state of a page in both colour schemes and on both screens, so a journey runs once.
  projects: [
    { name: 'desktop', use: DESKTOP, grepInvert: /@nightly/ },
    { name: 'phone', use: PHONE, grep: /@phone/, grepInvert: /@nightly/ },
  ],
  webServer: {
    // The stack ends with this process, however that ends. A leftover stack would keep its port and data.
    command: 'make frontend-build && exec .venv/bin/python backend/main.py up --with-parent',
    cwd: path.resolve(import.meta.dirname, '..'),
    // All tests share one IP address and sign up often.
    env: {
      PORT,
      VAR_DIRECTORY,
      ENVIRONMENT: 'development',
      RATE_LIMITS_ENABLED: 'false',
      DEMO_CONTENT: 'false',
      // A test that gets a 500 fails. Its traceback stands in the output, because nothing else is logged.
      LOGGING_LEVEL: 'ERROR',
    },
    // Then the demo account is there as well.
    wait: { stdout: /Ready after/ },
    reuseExistingServer: false,
    timeout: 600_000,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 20_000 },
    stdout: 'pipe',
    stderr: 'pipe',
  },
})

/** Return the path of the system's Chromium; nothing is downloaded. Without a desktop it needs half the processor time. */
function chromium(): string {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH
  const directories = ['/usr/bin', ...(process.env.PATH ?? '').split(path.delimiter)]
  const candidates = ['chromium-headless-shell', 'chromium'].flatMap((name) =>
    directories.map((directory) => path.join(directory, name)),
  )
  const found = candidates.find((candidate) => existsSync(candidate))
  if (found) return found
  throw new Error('No Chromium found. Install it (Debian: apt install chromium-headless-shell) or set CHROMIUM_PATH.')
}

function chromiumFlags(): string[] {
  const quiet = ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update']
  // Chromium cannot sandbox as root, which is common in CI.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return [...quiet, '--disable-sync', ...sandbox]
}

/** Create a directory that is removed when the runner exits; its teardown would run before the stack has stopped. */
function temporaryDirectory(): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'e2e-'))
  process.on('exit', () => {
    rmSync(directory, { recursive: true, force: true })
  })
  return directory
}

/** Find a port below those that systems give to connections, one of which could take it before the stack listens. */
async function freePort(): Promise<string> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 22_000)
    if (await isFree(port)) return String(port)
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().once('error', () => {
      resolve(false)
    })
    server.listen(port, '127.0.0.1', () => {
      server.close(() => {
        resolve(true)
      })
    })
  })
}
