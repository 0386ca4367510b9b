/** Values that nearly fit a zod schema: most parts as they should be, some anything at all. */
import fc from 'fast-check'
import type { z } from 'zod'

const nasty = [
  '',
  ' ',
  '__proto__',
  'constructor',
  'toString',
  '../../x',
  '/',
  '\u0000',
  '\ud800',
  'a'.repeat(5000),
  '1',
  'g'
]

const text = fc.oneof(fc.constantFrom(...nasty), fc.string({ maxLength: 12 }))
const number = fc.oneof(
  fc.constantFrom(-1, 0, 1, 2, 3, 1.5, 1e9, 2 ** 53, NaN, Infinity),
  fc.integer({ min: 1, max: 12 })
)

/** JSON values, with keys that objects have of themselves. */
export const anyValue: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(text, number, fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(text, tie('value')), { maxLength: 4 }).map(objectOf)
  )
})).value

/** `__proto__` becomes a key of its own, as JSON.parse makes it. */
export function objectOf(pairs: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const object: Record<string, unknown> = {}
  for (const [key, value] of pairs)
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
  return object
}

/** By a member's name: strings that name something that is there. */
export type Known = Readonly<Record<string, readonly string[]>>

interface Def {
  type: string
  shape?: Record<string, z.core.$ZodType>
  element?: z.core.$ZodType
  innerType?: z.core.$ZodType
  options?: z.core.$ZodType[]
  keyType?: z.core.$ZodType
  valueType?: z.core.$ZodType
  entries?: Record<string, string>
  values?: unknown[]
}

/** What nearly fits; `name` is the member it stands in. */
export function nearly(schema: z.core.$ZodType, known: Known, name = ''): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: fitting(schema, known, name) }, { weight: 1, arbitrary: anyValue })
}

function fitting(schema: z.core.$ZodType, known: Known, name: string): fc.Arbitrary<unknown> {
  const def = schema._zod.def as unknown as Def
  const inner = (part: z.core.$ZodType | undefined, member = name) => (part ? nearly(part, known, member) : anyValue)
  switch (def.type) {
    case 'object':
      return objectFitting(def.shape ?? {}, known)
    case 'string':
      return known[name] ? fc.constantFrom(...known[name]) : text
    case 'number':
      return number
    case 'boolean':
      return fc.boolean()
    case 'array':
      return fc.array(inner(def.element), { maxLength: 4 })
    case 'record':
      return fc.array(fc.tuple(text, inner(def.valueType)), { maxLength: 3 }).map(objectOf)
    case 'optional':
    case 'nullable':
    case 'default':
      return fc.oneof(inner(def.innerType), fc.constant(def.type === 'nullable' ? null : undefined))
    case 'union':
      return fc.oneof(...(def.options ?? []).map((option) => inner(option)))
    case 'enum':
      return fc.constantFrom(...Object.values(def.entries ?? {}))
    case 'literal':
      return fc.constantFrom(...(def.values ?? []))
    default:
      return anyValue
  }
}

/** Its members, and now and then one too many. */
function objectFitting(shape: Record<string, z.core.$ZodType>, known: Known): fc.Arbitrary<unknown> {
  const members = fc.record(
    Object.fromEntries(Object.entries(shape).map(([key, part]) => [key, nearly(part, known, key)]))
  )
  const extra = fc.tuple(text, anyValue)
  return fc.oneof(
    { weight: 15, arbitrary: members },
    {
      weight: 1,
      arbitrary: fc.tuple(members, extra).map(([object, one]) => objectOf([...Object.entries(object), one]))
    }
  )
}
