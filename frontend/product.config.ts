import type { Plugin } from 'vite'

import * as product from './src/product.ts'

const MANIFEST = 'manifest.json'

/** What browsers show when the site is installed. Colours as in `src/styles/theme.css`. */
const manifest = JSON.stringify({
  name: product.NAME,
  short_name: product.NAME,
  description: product.DESCRIPTION,
  id: '/',
  start_url: '/',
  display: 'standalone',
  theme_color: '#ffffff',
  background_color: '#f6f8f7',
  icons: [
    { src: '/favicon.svg', type: 'image/svg+xml', sizes: 'any' },
    { src: '/icon-192.png', type: 'image/png', sizes: '192x192' },
    { src: '/icon-512.png', type: 'image/png', sizes: '512x512', purpose: 'any maskable' },
  ],
})

/**
 * Names the product where no script has run yet: in index.html, %NAME% and the like stand for what `src/product.ts` says,
 * and the manifest is written from it.
 */
export const namedProduct: Plugin = {
  name: 'named-product',
  transformIndexHtml: (html) =>
    Object.entries(product).reduce((page, [name, text]) => page.replaceAll(`%${name}%`, () => escaped(text)), html),
  generateBundle() {
    this.emitFile({ type: 'asset', fileName: MANIFEST, source: manifest })
  },
  configureServer: ({ middlewares }) => {
    middlewares.use(`/${MANIFEST}`, (_request, response) => {
      response.setHeader('Content-Type', 'application/json').end(manifest)
    })
  },
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
