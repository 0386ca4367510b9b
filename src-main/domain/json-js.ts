/** Raw JSON and JavaScript values: to show them, and for nodes written in JavaScript. */
import { itemsOf, kindOf, membersOf, rawArray, rawText, textOf, type Raw } from './json.ts'
import { caught, refuse, type Result } from './result.ts'

const integer = /^-?\d+$/

/** Gives a plain object whose keys come in `keys`' order, also where they look like integers (quirk Q39). */
function ordered(target: Record<string, unknown>, keys: string[]): Record<string, unknown> {
  const natural = Object.keys(target)
  if (natural.every((key, i) => key === keys[i])) return target
  const known = new Set<string | symbol>(keys)
  return new Proxy(target, {
    ownKeys: (object) => [
      ...keys.filter((key) => Object.hasOwn(object, key)),
      ...Reflect.ownKeys(object).filter((key) => !known.has(key))
    ]
  })
}

/**
 * The JavaScript value, for showing or for node code in JavaScript. Integers beyond 2^53 become BigInt, NaN and
 * Infinity are themselves, objects keep their key order and carry no prototype surprises.
 */
export function toJs(raw: Raw): unknown {
  switch (kindOf(raw)) {
    case 'string':
      return textOf(raw)
    case 'boolean':
      return raw === 'true'
    case 'null':
      return null
    case 'array':
      return itemsOf(raw).map(toJs)
    case 'object':
      return objectOf(raw)
    case 'number': {
      const value = Number(raw)
      return integer.test(raw) && !Number.isSafeInteger(value) ? BigInt(raw) : value
    }
  }
}

function objectOf(raw: Raw): Record<string, unknown> {
  const target: Record<string, unknown> = {}
  const keys: string[] = []
  for (const { key, value } of membersOf(raw)) {
    if (!Object.hasOwn(target, key)) keys.push(key)
    Object.defineProperty(target, key, { value: toJs(value), enumerable: true, writable: true, configurable: true })
  }
  return ordered(target, keys)
}

/**
 * The text of a JavaScript value. `undefined` inside an object is left out as JSON.stringify does. Errors (`input`): the
 * path and reason of the first part that JSON cannot hold; `path` stands before it.
 */
export const fromJs = (value: unknown, path = ''): Result<Raw> => caught(() => new Writer().write(value, path))

class Writer {
  private readonly open = new Set<object>()

  write(value: unknown, where: string): Raw {
    switch (typeof value) {
      case 'string':
        return rawText(value)
      case 'number':
        return Object.is(value, -0) ? '-0.0' : String(value)
      case 'bigint':
      case 'boolean':
        return String(value)
      case 'undefined':
        return bad(where, 'undefined', 'null')
      case 'function':
        return bad(where, `a function (${value.name || 'anonymous'})`)
      case 'symbol':
        return bad(where, 'a symbol')
      case 'object':
        return value === null ? 'null' : this.compound(value, where)
    }
  }

  private compound(value: object, where: string): Raw {
    if (this.open.has(value)) return bad(where, 'a value that contains itself')
    this.open.add(value)
    const text = Array.isArray(value)
      ? rawArray(Array.from(value, (item: unknown, i) => this.write(item, `${where}[${i}]`)))
      : this.object(value, where)
    this.open.delete(value)
    return text
  }

  private object(value: object, where: string): Raw {
    const proto: unknown = Object.getPrototypeOf(value)
    if (proto !== Object.prototype && proto !== null) return bad(where, `a ${value.constructor.name}`, insteadOf(value))
    const parts = Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => `${rawText(key)}: ${this.write(item, where ? `${where}.${key}` : key)}`)
    return `{${parts.join(', ')}}`
  }
}

/** What a person would write in the place of an object that JSON has no word for. */
function insteadOf(value: object): string | null {
  if (value instanceof Date) return 'its toISOString()'
  if (value instanceof Map) return 'Object.fromEntries(…)'
  if (value instanceof Set || (ArrayBuffer.isView(value) && !(value instanceof DataView))) return '[...it]'
  return null
}

const bad = (where: string, what: string, instead: string | null = null): never =>
  refuse(
    'input',
    `${where ? `${where}: ` : ''}${what} cannot be written as JSON${instead === null ? '' : `; write ${instead} in its place`}`
  )
