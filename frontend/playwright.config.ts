import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { defineConfig, devices } from '@playwright/test'

// Workers also read this file and get the first reading's choices from the environment.
const PORT = (process.env.E2E_PORT ??= await freePort())
const VAR_DIRECTORY = (process.env.E2E_VAR ??= temporaryDirectory())
const BASE_URL = `http://127.0.0.1:${PORT}`

const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }

export default defineConfig({
  testDir: 'e2e',
  fullyParallel: true,
  workers: 2,
  // Generous, because two browsers and the whole stack may share two cores. `expect` limits what a page may take.
  timeout: 120_000,
  expect: { timeout: 10_000 },
  forbidOnly: !!process.env.CI,
  reporter: [['list']],
  use: {
    ...devices['Desktop Chrome'],
    baseURL: BASE_URL,
    // Measure contrast after transitions, not during a fade.
    contextOptions: { reducedMotion: 'reduce' },
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: { executablePath: chromium(), args: chromiumFlags() },
  },
  projects: [
    { name: 'desktop, light', use: { colorScheme: 'light' } },
    { name: 'desktop, dark', use: { colorScheme: 'dark' } },
    { name: 'phone, light', use: { ...phone, colorScheme: 'light' } },
  ],
  webServer: {
    // The stack ends with this process, however that ends. A leftover stack would keep its port and data.
    command: 'make frontend-build && exec .venv/bin/python backend/main.py up --with-parent',
    cwd: path.resolve(import.meta.dirname, '..'),
    // All tests share one IP address and sign up often.
    env: { PORT, VAR_DIRECTORY, ENVIRONMENT: 'development', RATE_LIMITS_ENABLED: 'false' },
    url: `${BASE_URL}/api/ready`,
    reuseExistingServer: false,
    timeout: 600_000,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 20_000 },
    // DEBUG=pw:webserver shows its full output.
    stdout: 'ignore',
    stderr: 'pipe',
  },
})

/** Return the path of the system's Chromium; nothing is downloaded. */
function chromium(): string {
  const onPath = (process.env.PATH ?? '').split(path.delimiter).map((directory) => path.join(directory, 'chromium'))
  const candidates = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', ...onPath].filter((candidate) => !!candidate)
  const found = candidates.find((candidate) => candidate && existsSync(candidate))
  if (!found) throw new Error('No Chromium found. Install it (Debian: apt install chromium) or set CHROMIUM_PATH.')
  return found
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

function freePort(): Promise<string> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => {
        resolve(String(typeof address === 'object' ? address?.port : ''))
      })
    })
  })
}
