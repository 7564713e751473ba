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
          selector: 'NewExpression[callee.object.name="Intl"] > Literal',
          message: 'Write byLocale((locale) => new Intl.…(locale)) from @/i18n: it follows the language.',
        },
      ],
    },
  },
  {
    files: ['**/*.test.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'vi',
          property: 'mock',
          message:
            "Test files share their modules, so an earlier file may have loaded the real one. Write `import * as page from '@/utils/page'` and `vi.spyOn(page, 'loadDocument')`.",
        },
      ],
    },
  },
)
