// For tools that only read TypeScript, such as the linter. vue-tsc knows each component's real type.
declare module '*.vue' {
  import type { DefineComponent } from 'vue'

  const component: DefineComponent
  export default component
}

interface ImportMetaEnv {
  /** Where the API is, if another server has it: https://api.example.com. */
  readonly VITE_API_URL?: string
}

// `messages.config.ts` makes these modules from the files in `messages`.
declare module 'virtual:messages' {
  interface Loaded {
    messages: Record<string, string>
    library?: object
  }

  export const english: Record<string, string>
  export const LOADERS: Record<string, Partial<Record<'first' | 'rest', () => Promise<Loaded>>>>
}
