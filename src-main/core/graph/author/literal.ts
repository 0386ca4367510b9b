/** Defaults in a function's source text, as JSON text: they are read, never run. */
import type { Expression, Literal, ObjectExpression, UnaryExpression } from 'acorn'
import { rawArray, rawObject, rawText, type Raw } from '../../../domain/json.ts'

/** The JSON text of a literal, numbers and key order as they are spelled; null for anything that has to be run. */
export function literalOf(value: Expression): Raw | null {
  switch (value.type) {
    case 'Literal':
      return scalarOf(value)
    case 'TemplateLiteral':
      return value.expressions.length ? null : rawText(value.quasis[0]?.value.cooked ?? '')
    case 'UnaryExpression':
      return signedOf(value)
    case 'ArrayExpression': {
      const items = value.elements.map((item) => (item && item.type !== 'SpreadElement' ? literalOf(item) : null))
      return items.every((item) => item !== null) ? rawArray(items) : null
    }
    case 'ObjectExpression':
      return objectOf(value)
    default:
      return null
  }
}

const jsonNumber = /^(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

function scalarOf({ value, raw, regex, bigint }: Literal): Raw | null {
  if (regex) return null
  if (bigint) return String(BigInt(bigint))
  if (typeof value === 'string') return rawText(value)
  return typeof value === 'number' && raw !== undefined && jsonNumber.test(raw) ? raw : String(value)
}

/** Negatives, and `!0`, which is how minifiers write true. */
function signedOf({ operator, argument }: UnaryExpression): Raw | null {
  if (argument.type !== 'Literal') return null
  const { value } = argument
  if (operator === '!' && typeof value !== 'string') return String(!value)
  const isNumber = typeof value === 'number' || typeof value === 'bigint'
  return operator === '-' && isNumber ? `-${scalarOf(argument)}` : null
}

function objectOf({ properties }: ObjectExpression): Raw | null {
  const members = new Map<string, Raw>()
  for (const property of properties) {
    if (property.type !== 'Property' || property.kind !== 'init' || property.computed) return null
    const key = property.key.type === 'Literal' ? String(property.key.value) : keyOf(property.key)
    const value = literalOf(property.value)
    if (key === null || key === '__proto__' || value === null) return null
    members.set(key, value)
  }
  return rawObject(members)
}

/** The name that a key spells, also as a text; null where it is no name. */
export const keyOf = (key: Expression): string | null =>
  key.type === 'Identifier' ? key.name : key.type === 'Literal' && typeof key.value === 'string' ? key.value : null
