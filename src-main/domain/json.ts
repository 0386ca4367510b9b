/**
 * JSON as text. A value keeps its spelling from import to Python and back: `2.0` stays `2.0`, integers above 2^53
 * keep their digits, `NaN` and `Infinity` (which Python writes) get through, keys keep their order (quirks Q38, Q39).
 * `Raw` is the text of one valid value; nothing here builds a tree, so a 200 MB file costs no more than its text.
 */

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

/** Characters of JSON by their codes: texts of hundreds of megabytes are walked by number. */
export const charCodes = {
  quote: 34,
  comma: 44,
  colon: 58,
  openArray: 91,
  backslash: 92,
  closeArray: 93,
  openObject: 123,
  closeObject: 125
} as const
const {
  quote: QUOTE,
  comma: COMMA,
  colon: COLON,
  openArray: OPEN_ARRAY,
  backslash: BACKSLASH,
  closeArray: CLOSE_ARRAY,
  openObject: OPEN_OBJECT,
  closeObject: CLOSE_OBJECT
} = charCodes

export const isSpace = (code: number): boolean => code === 32 || code === 10 || code === 13 || code === 9

/** The index of the first character from `at` that is no space. */
export function skipSpace(text: string, at: number): number {
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

/** A number or a word of Python's dialect. */
export const scalarPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|NaN|-?Infinity/y
export const hexDigits = /[0-9a-fA-F]{4}/y

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

function eachMember(raw: Raw, take: (rawKey: Raw, value: Raw) => void): void {
  if (raw.charCodeAt(0) !== OPEN_OBJECT) return
  let i = skipSpace(raw, 1)
  while (raw.charCodeAt(i) !== CLOSE_OBJECT) {
    const keyEnd = skipString(raw, i)
    const start = skipSpace(raw, skipSpace(raw, keyEnd) + 1)
    const end = skipValue(raw, start)
    take(raw.slice(i, keyEnd), raw.slice(start, end))
    i = skipSpace(raw, end)
    if (raw.charCodeAt(i) === COMMA) i = skipSpace(raw, i + 1)
  }
}

/** The members of an object in the order of the text; what is no object has none. */
export function membersOf(raw: Raw): Member[] {
  const members: Member[] = []
  eachMember(raw, (rawKey, value) => members.push({ key: textOf(rawKey), rawKey, value }))
  return members
}

/** An object's members by key; of equal keys the last one counts, as for Python. */
export type Members = ReadonlyMap<string, Raw>

/** Walks the text once: for whoever asks an object for several of its members. */
export function membersByKey(raw: Raw): Members {
  const members = new Map<string, Raw>()
  eachMember(raw, (rawKey, value) => members.set(textOf(rawKey), value))
  return members
}

/** The items of an array; what is no array has none. */
export function itemsOf(raw: Raw): Raw[] {
  const items: Raw[] = []
  if (raw.charCodeAt(0) !== OPEN_ARRAY) return items
  let i = skipSpace(raw, 1)
  while (raw.charCodeAt(i) !== CLOSE_ARRAY) {
    const end = skipValue(raw, i)
    items.push(raw.slice(i, end))
    i = skipSpace(raw, end)
    if (raw.charCodeAt(i) === COMMA) i = skipSpace(raw, i + 1)
  }
  return items
}

/** One member of an object; whoever wants several takes `membersByKey`. */
export const memberOf = (raw: Raw, key: string): Raw | undefined => membersByKey(raw).get(key)

/** The texts of all strings that are values, at any depth, in order; keys of objects are names. */
export function textsIn(raw: Raw): string[] {
  const texts: string[] = []
  for (let at = raw.indexOf('"'); at >= 0;) {
    const end = skipString(raw, at)
    if (raw.charCodeAt(skipSpace(raw, end)) !== COLON) texts.push(textOf(raw.slice(at, end)))
    at = raw.indexOf('"', end)
  }
  return texts
}

/** The characters a JSON string stands for. */
export const textOf = (raw: Raw): string => (raw.includes('\\') ? (JSON.parse(raw) as string) : raw.slice(1, -1))

/** A value with other texts in it; the names of members stay. */
export const mapTexts = (raw: Raw, change: (text: string) => string): Raw =>
  raw.replace(/"(?:[^"\\]|\\.)*"(\s*:)?/g, (found, colon: string | undefined) => {
    if (colon !== undefined) return found
    const text = textOf(found)
    const changed = change(text)
    return changed === text ? found : rawText(changed)
  })

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
        out.push(raw.charAt(i), raw.charAt(next))
        i = next + 1
      } else {
        depth++
        out.push(raw.charAt(i), newline())
        i++
      }
    } else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) {
      depth--
      out.push(newline(), raw.charAt(i))
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
  scalarPattern.lastIndex = at
  return scalarPattern.test(raw) ? scalarPattern.lastIndex : raw.length
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

/**
 * The text as any JSON parser reads it: Python's NaN, Infinity and -Infinity, which JSON does not have, become texts of the
 * same spelling, as in the JSON mapping of Protocol Buffers. All else keeps its spelling.
 */
export const parserText = (raw: Raw): Raw =>
  raw.replace(/"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g, (token) => (token.startsWith('"') ? token : `"${token}"`))
