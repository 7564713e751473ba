import { fileURLToPath } from 'node:url'

import vue from '@vitejs/plugin-vue'
import { compression } from 'vite-plugin-compression2'
import type { Plugin } from 'vite'
import vuetify from 'vite-plugin-vuetify'
import { defineConfig } from 'vitest/config'

import * as product from './src/product.ts'

const API_URL = process.env.API_URL ?? 'http://127.0.0.1:8000'

// index.html is read before any script: %NAME% and the like stand for what `src/product.ts` says.
const namedPage: Plugin = {
  name: 'named-page',
  transformIndexHtml: (html) =>
    Object.entries(product).reduce((page, [name, text]) => page.replaceAll(`%${name}%`, () => escaped(text)), html),
}

export default defineConfig({
  plugins: [
    vue(),
    vuetify(),
    namedPage,
    // The API serves these precompressed files, so it never compresses during a request.
    compression({ algorithms: ['brotliCompress', 'gzip'], threshold: 1024 }),
  ],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    // The Content-Security-Policy does not allow fonts from data: URLs.
    assetsInlineLimit: 0,
  },
  // Components are imported by templates, which Vite discovers late: each new one would reload the page.
  optimizeDeps: { include: ['vuetify/components/*'] },
  server: {
    host: '127.0.0.1',
    port: Number(process.env.DEV_SERVER_PORT ?? 5173),
    strictPort: true,
    proxy: { '/api': API_URL, '/dev': API_URL, '/metrics': API_URL },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.ts'],
    setupFiles: ['src/test/setup.ts'],
    server: { deps: { inline: ['vuetify'] } },
    restoreMocks: true,
    testTimeout: 30_000,
  },
})

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
