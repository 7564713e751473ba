import { readFileSync, writeFileSync } from 'node:fs'

/** The parts of JSON Schema that the API's request bodies use. */
interface JsonSchema {
  $ref?: string
  anyOf?: JsonSchema[]
  type?: string
  enum?: unknown[]
  items?: JsonSchema
  properties?: Record<string, JsonSchema>
  required?: string[]
  [keyword: string]: unknown
}

interface OpenAPI {
  paths: Record<string, Record<string, { requestBody?: { content: Record<string, { schema: JsonSchema }> } }>>
  components: { schemas: Record<string, JsonSchema> }
}

const TYPES = ['string', 'integer', 'number', 'boolean', 'array']
const KEYWORDS = [
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minItems',
  'maxItems',
  'default',
]
const FORMATS = ['email', 'password']
/** Every text is without null characters; no user can type one. */
const WITHOUT_NULL = String.raw`^[^\u0000]*$`

/** Write what forms need to know of each JSON request body, as one constant for each schema. */
export function writeFormSchemas(document: string, target: string): void {
  const api = JSON.parse(readFileSync(document, 'utf8')) as OpenAPI
  writeFileSync(target, moduleOf(api))
}

function moduleOf({ paths, components: { schemas } }: OpenAPI): string {
  const patterns = new Map<string, string>()
  const names = bodies(paths)
  const constants = names.map((name) => constant(name, schemas, patterns))
  return `/**
 * Generated from openapi.json by \`npm run generate\`; do not edit.
 */
import type { Schema } from '@/forms/schema'

import type {
${names.map((name) => `  ${name},\n`).join('')}} from './client'

${[...patterns].map(([pattern, name]) => `const ${name} = ${String(new RegExp(pattern))}\n`).join('')}
${constants.join('\n')}`
}

function bodies(paths: OpenAPI['paths']): string[] {
  const operations = Object.values(paths).flatMap((path) => Object.values(path))
  const schemas = operations.map(({ requestBody }) => requestBody?.content['application/json']?.schema.$ref)
  return [...new Set(schemas.flatMap((reference) => (reference ? [nameOf(reference)] : [])))].sort()
}

function constant(name: string, schemas: OpenAPI['components']['schemas'], patterns: Map<string, string>): string {
  const { properties = {}, required = [] } = schemas[name] ?? {}
  const fields = Object.entries(properties).flatMap(([field, schema]) => {
    const constraint = constraintOf(schema, required.includes(field), schemas, patterns)
    return constraint ? [`  ${field}: { ${constraint} },\n`] : []
  })
  return `export const ${name.charAt(0).toLowerCase()}${name.slice(1)}: Schema<${name}> = {\n${fields.join('')}}\n`
}

function constraintOf(
  schema: JsonSchema,
  isRequired: boolean,
  schemas: OpenAPI['components']['schemas'],
  patterns: Map<string, string>,
): string | null {
  const resolve = (part: JsonSchema): JsonSchema => (part.$ref ? (schemas[nameOf(part.$ref)] ?? {}) : part)
  const branches = (schema.anyOf ?? [schema]).map(resolve)
  const field = branches.find(({ type }) => TYPES.includes(type ?? ''))
  if (!field) return null
  const facts: Record<string, unknown> = { type: field.type === 'integer' ? 'number' : field.type }
  if (field.type === 'integer') facts.integer = true
  if (isRequired) facts.required = true
  if (branches.some(({ type }) => type === 'null')) facts.nullable = true
  for (const keyword of KEYWORDS) facts[keyword] = field[keyword] ?? schema[keyword]
  if (FORMATS.includes(String(field.format))) facts.format = field.format
  facts.options = field.enum ?? (field.items && resolve(field.items).enum)
  return [
    ...Object.entries(facts).flatMap(([name, fact]) =>
      fact === undefined ? [] : [`${name}: ${JSON.stringify(fact)}`],
    ),
    ...(typeof field.pattern === 'string' && field.pattern !== WITHOUT_NULL
      ? [`pattern: ${patternName(field.pattern, patterns)}`]
      : []),
  ].join(', ')
}

/** Long patterns are used by many fields: each is written once. */
function patternName(pattern: string, patterns: Map<string, string>): string {
  const name = patterns.get(pattern) ?? `PATTERN_${patterns.size + 1}`
  patterns.set(pattern, name)
  return name
}

function nameOf(reference: string): string {
  return reference.split('/').at(-1) ?? ''
}
