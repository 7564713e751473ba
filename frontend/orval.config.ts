import { defineConfig } from 'orval'

export default defineConfig({
  api: {
    input: './openapi.json',
    output: {
      target: './src/api/generated/client.ts',
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
