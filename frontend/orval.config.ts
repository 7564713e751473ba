import { defineConfig } from 'orval'

export default defineConfig({
  api: {
    input: './openapi.json',
    output: {
      // `npm run generate:check` compares the client with one that it writes elsewhere, as deep as this.
      target: process.env.CLIENT ?? 'src/api/generated/client.ts',
      client: 'axios-functions',
      mode: 'single',
      clean: true,
      headers: true,
      override: {
        header: () => ['Generated from openapi.json by `npm run generate`; do not edit.'],
        mutator: { path: './src/api/apiClient.ts', name: 'request' },
        enumGenerationType: 'const',
      },
    },
  },
})
