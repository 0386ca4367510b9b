/**
 * JSON as text. A value keeps its spelling from import to Python and back: `2.0` stays `2.0`, integers above 2^53
 * keep their digits, `NaN` and `Infinity` (which Python writes) get through, keys keep their order (quirks Q38, Q39).
 * `Raw` is the text of one valid value; nothing here builds a tree, so a 200 MB file costs no more than its text.
 */
import { fail, ok, type Result } from './result.ts'

/** The text of one valid JSON value (Python's dialect: NaN, Infinity and -Infinity count), without space around it. */
export type Raw = string

export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null'

export interface Member {
  key: string
  /** The key as it stands in the text, quotes included. */
  rawKey: Raw
  value: Raw
}

/** Python's own parser gives up near 1,000 levels; what it cannot read could not run. */
export const maxDepth = 900

const QUOTE = 34
const BACKSLASH = 92
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125
const OPEN_ARRAY = 91
const CLOSE_ARRAY = 93
const COMMA = 44
const COLON = 58

const isSpace = (code: number) => code === 32 || code === 10 || code === 13 || code === 9

function skipSpace(text: string, at: number): number {
  while (isSpace(text.charCodeAt(at))) at++
  return at
}

/** The index behind the string that opens at `at`; the text is known to be valid. */
function skipString(text: string, at: number): number {
  for (let close = text.indexOf('"', at + 1); ; close = text.indexOf('"', close + 1)) {
    let slashes = 0
    while (text.charCodeAt(close - 1 - slashes) === BACKSLASH) slashes++
    if (slashes % 2 === 0) return close + 1
  }
}

/** The index behind the value that starts at `at`; the text is known to be valid. */
function skipValue(text: string, at: number): number {
  const first = text.charCodeAt(at)
  if (first === QUOTE) return skipString(text, at)
  if (first === OPEN_OBJECT || first === OPEN_ARRAY) {
    let depth = 0
    for (let i = at; ; i++) {
      const code = text.charCodeAt(i)
      if (code === QUOTE) i = skipString(text, i) - 1
      else if (code === OPEN_OBJECT || code === OPEN_ARRAY) depth++
      else if ((code === CLOSE_OBJECT || code === CLOSE_ARRAY) && --depth === 0) return i + 1
    }
  }
  let end = at
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end)
    if (code === COMMA || code === CLOSE_OBJECT || code === CLOSE_ARRAY || isSpace(code)) break
  }
  return end
}

const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|NaN|-?Infinity/y
const hex4 = /[0-9a-fA-F]{4}/y

/**
 * Checks that `text` is one JSON value in Python's dialect and returns it trimmed.
 * The error names line and column and what was expected there.
 */
export function checkJson(text: string): Result<Raw> {
  const closers: number[] = []
  const at = (index: number, what: string): Result<never> => {
    const before = text.slice(0, index)
    const line = before.split('\n').length
    const column = index - before.lastIndexOf('\n')
    return index >= text.length
      ? fail('input', `the JSON ends too early, at line ${line}, column ${column}: ${what}`)
      : fail('input', `not JSON at line ${line}, column ${column}: ${what}`)
  }
  const badString = (start: number): { end: number } | { index: number; what: string } => {
    for (let i = start + 1; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code === QUOTE) return { end: i + 1 }
      if (code < 32) return { index: i, what: 'a control character inside a string must be escaped' }
      if (code !== BACKSLASH) continue
      const escaped = text[++i]
      if (escaped === 'u') {
        hex4.lastIndex = i + 1
        if (!hex4.test(text)) return { index: i, what: '\\u takes four hexadecimal digits' }
        i += 4
      } else if (escaped === undefined || !'"\\/bfnrt'.includes(escaped))
        return { index: i, what: 'an unknown escape in a string' }
    }
    return { index: text.length, what: 'a string is not closed' }
  }

  const begin = skipSpace(text, 0)
  let i = begin
  // 'value' expects a value; 'first' allows an immediate closer; 'after' expects a comma, a closer or the end
  let state: 'value' | 'first' | 'key' | 'after' = 'value'
  for (;;) {
    i = skipSpace(text, i)
    const code = text.charCodeAt(i)
    if (state === 'after') {
      if (closers.length === 0) {
        return i === text.length ? ok(text.slice(begin).trimEnd()) : at(i, 'there is text behind the value')
      }
      const closer = closers[closers.length - 1]
      if (code === closer) {
        closers.pop()
        i++
      } else if (code === COMMA) {
        i++
        state = closer === CLOSE_OBJECT ? 'key' : 'value'
      } else return at(i, `a comma or ${closer === CLOSE_OBJECT ? '}' : ']'} is missing`)
      continue
    }
    if (state === 'first') {
      if (code === closers[closers.length - 1]) {
        closers.pop()
        i++
        state = 'after'
        continue
      }
      state = closers[closers.length - 1] === CLOSE_OBJECT ? 'key' : 'value'
    }
    if (state === 'key') {
      if (code !== QUOTE) return at(i, 'a key in double quotes is missing')
      const key = badString(i)
      if ('what' in key) return at(key.index, key.what)
      i = skipSpace(text, key.end)
      if (text.charCodeAt(i) !== COLON) return at(i, 'a colon is missing behind a key')
      i++
      state = 'value'
      continue
    }
    if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      if (closers.length >= maxDepth)
        return at(i, `it is nested deeper than ${maxDepth} levels, more than Python reads`)
      closers.push(code === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_ARRAY)
      i++
      state = 'first'
    } else if (code === QUOTE) {
      const string = badString(i)
      if ('what' in string) return at(string.index, string.what)
      i = string.end
      state = 'after'
    } else {
      scalar.lastIndex = i
      const match = scalar.exec(text)
      if (!match) return at(i, 'a value is missing')
      i += match[0].length
      state = 'after'
    }
  }
}

export function kindOf(raw: Raw): JsonKind {
  switch (raw.charCodeAt(0)) {
    case OPEN_OBJECT:
      return 'object'
    case OPEN_ARRAY:
      return 'array'
    case QUOTE:
      return 'string'
    case 116: // true
    case 102: // false
      return 'boolean'
    case 110: // null
      return 'null'
    default:
      return 'number'
  }
}

/** The members of an object in the order of the text. */
export function membersOf(raw: Raw): Member[] {
  const members: Member[] = []
  let i = skipSpace(raw, 1)
  while (raw.charCodeAt(i) !== CLOSE_OBJECT) {
    const keyEnd = skipString(raw, i)
    const rawKey = raw.slice(i, keyEnd)
    const start = skipSpace(raw, skipSpace(raw, keyEnd) + 1)
    const end = skipValue(raw, start)
    members.push({ key: textOf(rawKey), rawKey, value: raw.slice(start, end) })
    i = skipSpace(raw, end)
    if (raw.charCodeAt(i) === COMMA) i = skipSpace(raw, i + 1)
  }
  return members
}

/** The items of an array. */
export function itemsOf(raw: Raw): Raw[] {
  const items: Raw[] = []
  let i = skipSpace(raw, 1)
  while (raw.charCodeAt(i) !== CLOSE_ARRAY) {
    const end = skipValue(raw, i)
    items.push(raw.slice(i, end))
    i = skipSpace(raw, end)
    if (raw.charCodeAt(i) === COMMA) i = skipSpace(raw, i + 1)
  }
  return items
}

export const memberOf = (raw: Raw, key: string): Raw | undefined => membersOf(raw).findLast((m) => m.key === key)?.value

/** The characters a JSON string stands for. */
export const textOf = (raw: Raw): string => (raw.includes('\\') ? (JSON.parse(raw) as string) : raw.slice(1, -1))

/** A string as Python's json.dumps writes it: everything outside printable ASCII escaped. */
export const rawText = (text: string): Raw =>
  JSON.stringify(text).replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)

export const rawObject = (members: Iterable<readonly [string, Raw]>): Raw =>
  `{${Array.from(members, ([key, value]) => `${rawText(key)}: ${value}`).join(', ')}}`

export const rawArray = (items: readonly Raw[]): Raw => `[${items.join(', ')}]`

/**
 * The same value with other white space and nothing else changed: on one line as json.dumps writes it, or with
 * `indent` spaces a level as json.dumps(indent=…) does.
 */
export function formatJson(raw: Raw, indent = 0): string {
  const out: string[] = []
  let depth = 0
  const newline = () => (indent ? `\n${' '.repeat(indent * depth)}` : '')
  for (let i = 0; i < raw.length;) {
    const code = raw.charCodeAt(i)
    if (isSpace(code)) i++
    else if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      const next = skipSpace(raw, i + 1)
      const close = raw.charCodeAt(next)
      if (close === CLOSE_OBJECT || close === CLOSE_ARRAY) {
        out.push(raw[i] as string, raw[next] as string)
        i = next + 1
      } else {
        depth++
        out.push(raw[i] as string, newline())
        i++
      }
    } else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) {
      depth--
      out.push(newline(), raw[i] as string)
      i++
    } else if (code === COMMA) {
      out.push(indent ? `,${newline()}` : ', ')
      i++
    } else if (code === COLON) {
      out.push(': ')
      i++
    } else {
      const end = code === QUOTE ? skipString(raw, i) : scalarEnd(raw, i)
      out.push(raw.slice(i, end))
      i = end
    }
  }
  return out.join('')
}

function scalarEnd(raw: Raw, at: number): number {
  scalar.lastIndex = at
  return scalar.test(raw) ? scalar.lastIndex : raw.length
}

const integer = /^-?\d+$/

/** Gives a plain object whose keys come in `keys`' order, also where they look like integers (quirk Q39). */
function ordered(target: Record<string, unknown>, keys: string[]): Record<string, unknown> {
  const natural = Object.keys(target)
  if (natural.every((key, i) => key === keys[i])) return target
  return new Proxy(target, {
    ownKeys: (object) => [
      ...keys.filter((key) => Object.hasOwn(object, key)),
      ...Reflect.ownKeys(object).filter((key) => !keys.includes(key as string))
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
    case 'object': {
      const target: Record<string, unknown> = {}
      const keys: string[] = []
      for (const { key, value } of membersOf(raw)) {
        if (!Object.hasOwn(target, key)) keys.push(key)
        Object.defineProperty(target, key, { value: toJs(value), enumerable: true, writable: true, configurable: true })
      }
      return ordered(target, keys)
    }
    case 'number': {
      const value = Number(raw)
      return integer.test(raw) && !Number.isSafeInteger(value) ? BigInt(raw) : value
    }
  }
}

/**
 * The text of a JavaScript value, or the path and reason of the first part that JSON cannot hold.
 * `undefined` inside an object is left out as JSON.stringify does; anywhere else it is refused.
 */
export function fromJs(value: unknown, path = ''): Result<Raw> {
  const seen = new Set<object>()
  const bad = (where: string, what: string) =>
    fail('input', `${where ? `${where}: ` : ''}${what} cannot be written as JSON`)
  const write = (v: unknown, where: string): Result<Raw> => {
    switch (typeof v) {
      case 'string':
        return ok(rawText(v))
      case 'number':
        return ok(Object.is(v, -0) ? '-0.0' : String(v))
      case 'bigint':
      case 'boolean':
        return ok(String(v))
      case 'undefined':
        return bad(where, 'undefined')
      case 'function':
        return bad(where, `a function (${v.name || 'anonymous'})`)
      case 'symbol':
        return bad(where, 'a symbol')
      case 'object':
        break
    }
    if (v === null) return ok('null')
    if (seen.has(v as object)) return bad(where, 'a value that contains itself')
    seen.add(v as object)
    const parts: string[] = []
    if (Array.isArray(v)) {
      for (let i = 0; i < v.length; i++) {
        const item = write(v[i], `${where}[${i}]`)
        if (!item.ok) return item
        parts.push(item.value)
      }
      seen.delete(v)
      return ok(rawArray(parts))
    }
    const proto = Object.getPrototypeOf(v as object) as unknown
    if (proto !== Object.prototype && proto !== null) {
      return bad(where, `a ${(v as object).constructor.name}`)
    }
    for (const [key, item] of Object.entries(v as object)) {
      if (item === undefined) continue
      const text = write(item, where ? `${where}.${key}` : key)
      if (!text.ok) return text
      parts.push(`${rawText(key)}: ${text.value}`)
    }
    seen.delete(v as object)
    return ok(`{${parts.join(', ')}}`)
  }
  return write(value, path)
}

/** Orders text as Python does: by code point, not by UTF-16 unit. */
export function byCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x === y) continue
    const surrogate = (code: number) => code >= 0xd800 && code <= 0xdfff
    return surrogate(x) === surrogate(y) ? x - y : surrogate(x) ? 1 : -1
  }
  return a.length - b.length
}
