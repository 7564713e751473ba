import { readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { defineConfig } from 'orval'

import { writeFormSchemas } from './orval.forms'

// `npm run generate:check` compares the client with one that it writes elsewhere, as deep as this.
const CLIENT = process.env.CLIENT ?? 'src/api/generated/client.ts'
const DOCUMENT = './openapi.json'
const HEADER = 'Generated from openapi.json by `npm run generate`; do not edit.'

export default defineConfig({
  api: {
    input: DOCUMENT,
    output: {
      target: CLIENT,
      client: 'vue-query',
      httpClient: 'axios',
      // A file for each tag: pages load the code of what they call.
      mode: 'tags',
      clean: true,
      headers: true,
      override: {
        header: () => [HEADER],
        mutator: { path: './src/api/apiClient.ts', name: 'request' },
        enumGenerationType: 'const',
        // Lists with a cursor get infinite queries as well.
        query: { useInfinite: true, useInfiniteQueryParam: 'cursor', signal: true },
      },
    },
    hooks: { afterAllFilesWrite: [writeIndex, writeSchemas] },
  },
})

/** Write the file that everything imports from: no other depends on how the API tags its operations. */
function writeIndex(): void {
  const folder = dirname(CLIENT)
  const files = readdirSync(folder).filter((file) => !CLIENT.endsWith(`/${file}`))
  const exports = files.sort().map((file) => `export * from './${file.replace(/\.ts$/, '')}';\n`)
  writeFileSync(CLIENT, `/**\n * ${HEADER}\n */\n${exports.join('')}`)
}

/** Write what forms check, as `useForm` takes it. */
function writeSchemas(): void {
  writeFormSchemas(DOCUMENT, join(dirname(CLIENT), 'schemas.ts'))
}
