import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import vue from '@vitejs/plugin-vue'
import { compression } from 'vite-plugin-compression2'
import vuetify from 'vite-plugin-vuetify'
import { defineConfig } from 'vitest/config'

import { plainCalls, singleIcons, withoutUnused } from './build.config.ts'
import { messages } from './messages.config.ts'
import { namedProduct } from './product.config.ts'

const API_URL = process.env.API_URL ?? 'http://127.0.0.1:8000'

const TESTS = 'src/**/*.test.ts'
// As a page shows it, or without a zone: timestamps such as 2026-05-04T09:30:00Z are the same everywhere.
const DATE_OR_TIME = /\b20\d{2}\b(?!-\d{2}-\d{2}T)|\b\d{1,2}:\d{2}\b(?!:)|\bnew Date\(/

/** Few files in place of one for each component. Each takes along what its modules import, unless an earlier one has it. */
const GROUPS = [
  // Changes only with the libraries, so returning users have it.
  { name: 'vendor', test: /node_modules\/(?!@tanstack)/, tags: ['$initial' as const] },
  { name: 'app', tags: ['$initial' as const] },
  {
    name: 'frame',
    test: /src\/(components\/(BrandMark|ColorSchemeMenu|LanguageMenu|OfflineNote|layout\/GuestLayout)\.vue|composables\/useSubmission|utils\/drafts)|vuetify\/lib\/(components\/transitions|composables\/(transition|forwardRefs)|directives\/intersect|util\/(animation|easing))|mdi(AlertCircle|CheckCircle|Information)Outline/,
  },
  { name: 'forms', test: /src\/components\/forms\/(AppForm|FormField|SubmitButton)\.vue/ },
  { name: 'guest', test: /src\/views\/SignInView/ },
  {
    name: 'shell',
    test: /src\/(features\/index|components\/(layout\/AppLayout|AppSnackbar|PageHeader|ErrorState|QueryState|TotalList|FactList|ChartCard|charts\/BarChart)\.vue)|(VSkeletonLoader|VChip)\.js/,
  },
].map((group, index, { length }) => ({ ...group, priority: length - index }))

export default defineConfig({
  plugins: [
    vue({ features: { optionsAPI: false } }),
    vuetify(),
    namedProduct,
    plainCalls,
    singleIcons,
    withoutUnused,
    messages({ first: ['common', 'errors', 'failures', 'forms', 'landing', 'sign-in'] }),
    // The API serves these precompressed files, so it never compresses during a request.
    compression({ algorithms: ['brotliCompress', 'gzip'], threshold: 1024 }),
  ],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    // The Content-Security-Policy does not allow fonts from data: URLs.
    assetsInlineLimit: 0,
    // All supported browsers preload modules.
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: { groups: GROUPS } } },
  },
  // Components are imported by templates, which Vite discovers late: each new one would reload the page.
  optimizeDeps: { include: ['vuetify/components/*'] },
  server: {
    host: '127.0.0.1',
    port: Number(process.env.DEV_SERVER_PORT ?? 5173),
    strictPort: true,
    proxy: { '/api': API_URL, '/dev': API_URL, '/metrics': API_URL, '/.well-known': API_URL },
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['src/test/setup.ts'],
    server: { deps: { inline: ['vuetify'] } },
    restoreMocks: true,
    // Test files share the modules and the document of their worker: to start both for each file takes longer than the
    // tests. `src/test/setup.ts` cleans up after each test.
    isolate: false,
    // By default one core stays unused.
    maxWorkers: '100%',
    testTimeout: 30_000,
    // `make coverage`
    coverage: {
      include: ['src/**/*.{ts,vue}'],
      exclude: ['src/api/generated/**', 'src/test/**', '**/*.test.ts', '**/*.d.ts'],
      reporter: ['html', 'text-summary'],
      reportOnFailure: true,
    },
    projects: [
      inZone('Europe/Berlin', [TESTS]),
      // Where it is still the day before: tests with a date or a time of day run there as well.
      inZone('America/New_York', testsWithDates()),
    ],
  },
})

/** Return a project that runs tests as in a browser in this time zone. */
function inZone(name: string, include: string[]) {
  return { extends: true as const, test: { name, include, env: { TZ: name } } }
}

function testsWithDates(): string[] {
  return globSync(TESTS, { cwd: import.meta.dirname }).filter((file) =>
    DATE_OR_TIME.test(readFileSync(new URL(file, import.meta.url), 'utf8')),
  )
}
