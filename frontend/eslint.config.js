import prettier from 'eslint-config-prettier'
import vue from 'eslint-plugin-vue'
import accessibility from 'eslint-plugin-vuejs-accessibility'
import { defineConfig } from 'eslint/config'
import typescript from 'typescript-eslint'

const FILES = ['**/*.ts', '**/*.vue']

const RAW = 'Write the text in src/messages/<language>/<feature>.json, and t() with its key here.'
const WORDS = '^[A-Z][a-z’]+( [^ ]+)*$'
const SENTENCE = '[A-Za-z]{2,} [a-z]+'
/** Attributes and properties that users read. */
const SHOWN = [
  'title',
  'subtitle',
  'label',
  'text',
  'hint',
  'placeholder',
  'summary',
  'waiting',
  'action',
  'alt',
  'aria-label',
]

const CLIENT =
  'Call a function of @/api/generated/client: it knows the types, renews the session and turns refusals into APIError.'
const STORED = 'Call readStored() and writeStored() of @/utils/storage: a browser may refuse to store anything.'
const MARKUP = 'Let Vue write the text. Markdown is shown by <MarkdownText>, which cleans it.'
const DATES = 'Call a function of @/utils/dates: it follows the language and the time zone.'
/** Globals that have one place, with what to write elsewhere. */
const PLACED = {
  fetch: CLIENT,
  XMLHttpRequest: CLIENT,
  WebSocket: 'Call useLive(): one stream serves all tabs.',
  EventSource: 'Call useLive(): one stream serves all tabs.',
  localStorage: STORED,
  sessionStorage: STORED,
  indexedDB: STORED,
}
const MARKUP_PROPERTIES = ['innerHTML', 'outerHTML', 'insertAdjacentHTML']
const named = Object.entries(PLACED)
const placed = {
  'no-console': 'error',
  'no-restricted-globals': ['error', ...named.map(([name, message]) => ({ name, message }))],
  'no-restricted-properties': [
    'error',
    ...named.map(([property, message]) => ({ property, message })),
    ...MARKUP_PROPERTIES.map((property) => ({ property, message: MARKUP })),
  ],
  'no-restricted-imports': [
    'error',
    {
      paths: [
        { name: 'axios', message: CLIENT },
        { name: 'vuex', message: 'Write a Pinia store in src/store.' },
        ...['moment', 'dayjs', 'luxon', 'date-fns'].map((name) => ({ name, message: DATES })),
        { name: 'vue', importNames: ['defineComponent'], message: 'Write <script setup lang="ts">.' },
      ],
      patterns: [
        { group: ['axios/*'], message: CLIENT },
        { group: ['**/apiClient'], importNames: ['apiClient', 'request'], message: CLIENT },
      ],
    },
  ],
}

export default defineConfig(
  { ignores: ['dist/', 'src/api/generated/', 'src/api/.checked/', 'coverage/', 'playwright-report/', 'test-results/'] },
  {
    files: FILES,
    extends: [
      typescript.configs.strictTypeChecked,
      typescript.configs.stylisticTypeChecked,
      vue.configs['flat/recommended'],
      accessibility.configs['flat/recommended'],
      prettier,
    ],
    languageOptions: {
      parserOptions: {
        parser: typescript.parser,
        extraFileExtensions: ['.vue'],
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/block-order': ['error', { order: ['script', 'template', 'style'] }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/component-name-in-template-casing': ['error', 'PascalCase', { ignores: ['/^v-/'] }],
      'vue/define-macros-order': 'error',
      // The compiler checks that components exist, and views have one word before "View".
      'vue/multi-word-component-names': ['error', { ignores: ['App'] }],
      // The library's slots have dots in their names, such as #item.title.
      'vue/valid-v-slot': ['error', { allowModifiers: true }],
    },
  },
  {
    // On phones, rows are cards: elements that are not displayed as a table's need its roles.
    files: ['src/components/table/*.vue'],
    rules: { 'vuejs-accessibility/no-redundant-roles': 'off' },
  },
  {
    // What users read is in the messages of each language.
    files: ['src/**/*.ts', 'src/**/*.vue'],
    ignores: ['**/*.test.ts', 'src/test/**', 'src/examples/**', 'src/pages/**', 'src/product.ts'],
    rules: {
      'vue/no-bare-strings-in-template': [
        'error',
        { allowlist: ['/[^A-Za-z]+/', 'Esc'], attributes: { '/.+/': SHOWN } },
      ],
      'vue/no-restricted-syntax': [
        'error',
        { selector: `VExpressionContainer Literal[value=/${WORDS}/]`, message: RAW },
        { selector: `VExpressionContainer TemplateElement[value.raw=/${SENTENCE}/]`, message: RAW },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: `Property[key.name=/^(${SHOWN.join('|')}|message)$/] > Literal[value=/${WORDS}/]`, message: RAW },
        {
          selector: 'CallExpression[callee.property.name=/^toLocale(Date|Time)?String$/]',
          message: 'Call n() from @/i18n, or a function of utils/dates: they follow the language.',
        },
        {
          selector: 'NewExpression[callee.object.name="Intl"] > Literal, VariableDeclarator[init.name="Intl"]',
          message: 'Write byLocale((locale) => new Intl.…(locale)) from @/i18n: it follows the language.',
        },
        {
          selector:
            'CallExpression[callee.property.name=/^(get(UTC)?(Month|Date|Day|Hours|Minutes)|to(Date|Time|UTC)String)$/]',
          message: DATES,
        },
      ],
    },
  },
  {
    // What has one place.
    files: ['src/**/*.ts', 'src/**/*.vue'],
    ignores: ['**/*.test.ts', 'src/test/**', 'src/api/**'],
    rules: placed,
  },
  {
    files: ['src/utils/storage.ts', 'src/store/live.ts', 'src/router/failures.ts', 'src/composables/useReconnected.ts'],
    rules: { 'no-restricted-globals': 'off', 'no-restricted-properties': 'off' },
  },
  {
    files: ['**/*.test.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'CallExpression[callee.property.name=/^(mock|doMock|unmock|doUnmock|hoisted)$/]',
          message:
            "Test files share their modules, so an earlier file may have loaded the real one. Write `import * as page from '@/utils/page'` and `vi.spyOn(page, 'loadDocument')`.",
        },
      ],
    },
  },
)
