/** What a JSON Schema says, as rows: a key, what it may be, what it means. */

/** As much of JSON Schema as zod writes. */
export interface Schema {
  $ref?: string
  $defs?: Record<string, Schema>
  title?: string
  description?: string
  type?: string | string[]
  const?: unknown
  enum?: unknown[]
  format?: string
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  additionalProperties?: Schema | boolean
  anyOf?: Schema[]
  oneOf?: Schema[]
  prefixItems?: Schema[]
  default?: unknown
}

export interface Row {
  /** `tasks[].name`; where a document is a list, `[]` stands before it */
  key: string
  kind: string
  about: string
  required: boolean
}

/** All keys of a document, those of the parts behind those of the whole. */
export function rowsOf(schema: Schema, before = ''): Row[] {
  const found = resolved(schema, schema)
  return walk(found, before, schema)
}

function walk(schema: Schema, path: string, whole: Schema): Row[] {
  const rows = Object.entries(schema.properties ?? {}).flatMap(([name, own]) => {
    const key = path === '' ? name : `${path}.${name}`
    const part = resolved(own, whole)
    const required = schema.required?.includes(name) ?? false
    const row = { key, kind: kindOf(part, whole), about: own.description ?? aboutOf(part), required }
    return [row, ...below(part, key, whole)]
  })
  const parts = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap((one) =>
    walk(resolved(one, whole), path, whole)
  )
  const items = schema.items ? walk(resolved(schema.items, whole), `${path}[]`, whole) : []
  const seen = new Set<string>()
  return [...rows, ...parts, ...items].filter(({ key }) => !seen.has(key) && seen.add(key))
}

/** The keys of what a key holds. A part that holds itself is not entered twice. */
function below(part: Schema, key: string, whole: Schema): Row[] {
  if (key.split(/\.|\[\]/).length > 6) return []
  const values = part.additionalProperties
  const named = typeof values === 'object' ? walk(resolved(values, whole), `${key}.NAME`, whole) : []
  return [...walk(part, key, whole), ...named]
}

/** A description inside a choice: of `"seconds" or null`. */
const aboutOf = ({ anyOf, items }: Schema): string =>
  anyOf?.map(({ description }) => description).find((text) => text !== undefined) ?? items?.description ?? ''

function resolved(schema: Schema, whole: Schema): Schema {
  const name = schema.$ref?.replace('#/$defs/', '')
  if (name === undefined) return schema
  const found = schema.$ref === '#' ? whole : whole.$defs?.[name]
  if (!found) throw new Error(`the schema names ${schema.$ref}, which it does not hold`)
  return { ...found, ...schema }
}

/** In words: `text or null`, `list of numbers`. */
export function kindOf(schema: Schema, whole: Schema = schema): string {
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return [...new Set(choices.map((one) => kindOf(resolved(one, whole), whole)))].join(' or ')
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(', ')
  if (Array.isArray(schema.type)) return schema.type.map((type) => kindOf({ ...schema, type }, whole)).join(' or ')
  if (schema.type === 'array') return listKind(schema, whole)
  if (schema.format === 'date-time') return 'moment'
  if (schema.type === 'object')
    return typeof schema.additionalProperties === 'object' && !schema.properties ? 'object by name' : 'object'
  return kinds[schema.type ?? ''] ?? 'any value'
}

function listKind({ items, prefixItems }: Schema, whole: Schema): string {
  if (prefixItems) return `list of ${prefixItems.map((one) => kindOf(resolved(one, whole), whole)).join(' and ')}`
  return items ? `list of ${kindOf(resolved(items, whole), whole)}` : 'list'
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  null: 'null'
}
