/** A value as text, in Python's two notations. */
import { itemsOf, kindOf, membersOf, rawText, textOf, type Raw } from '../../../domain/json.ts'

/** How one of Python's two notations spells what is not a number, a list or a dict. */
interface Notation {
  text: (text: string) => string
  words: Record<'true' | 'false' | 'null' | 'NaN' | 'Infinity' | '-Infinity', string>
}

const json: Notation = {
  text: rawText,
  words: { true: 'true', false: 'false', null: 'null', NaN: 'NaN', Infinity: 'Infinity', '-Infinity': '-Infinity' }
}

const repr: Notation = {
  text: reprText,
  words: { true: 'True', false: 'False', null: 'None', NaN: 'nan', Infinity: 'inf', '-Infinity': '-inf' }
}

/** Python's `json.dumps()` of a JSON value. */
export const jsonText = (raw: Raw): string => spell(raw, json)

/** Python's `str()` of a JSON value: a text as it is, everything else as `repr()` spells it. */
export const pythonText = (raw: Raw): string => (kindOf(raw) === 'string' ? textOf(raw) : spell(raw, repr))

function spell(raw: Raw, notation: Notation): string {
  switch (kindOf(raw)) {
    case 'string':
      return notation.text(textOf(raw))
    case 'boolean':
    case 'null':
      return notation.words[raw as 'true' | 'false' | 'null']
    case 'number':
      return spellNumber(raw, notation)
    case 'array':
      return `[${itemsOf(raw)
        .map((item) => spell(item, notation))
        .join(', ')}]`
    case 'object': {
      // a Map does what a dict does with a key that comes twice: the first place, the last value
      const members = new Map(membersOf(raw).map(({ key, value }) => [key, value]))
      return `{${Array.from(members, ([key, value]) => `${notation.text(key)}: ${spell(value, notation)}`).join(', ')}}`
    }
  }
}

function spellNumber(raw: Raw, { words }: Notation): string {
  if (/^-?\d+$/.test(raw)) return raw === '-0' ? '0' : raw
  const value = Number(raw)
  const word = String(value)
  return word === 'NaN' || word === 'Infinity' || word === '-Infinity' ? words[word] : floatText(value)
}

/** Both languages print the shortest digits that read back the same; they differ in where the exponent starts. */
function floatText(value: number): string {
  const [digits = '', power = '0'] = value.toExponential().split('e')
  const exponent = Number(power)
  if (exponent < -4 || exponent >= 16) {
    return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
  }
  const plain = Object.is(value, -0) ? '-0' : String(value)
  return plain.includes('.') ? plain : `${plain}.0`
}

const shortEscapes: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** Python's `repr` of a text: double quotes only where that saves escaping a single one, unprintables escaped. */
function reprText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const body = text.replace(/['\\\p{C}\p{Z}]/gu, (c) => {
    if (c === ' ' || (c === "'" && quote === '"')) return c
    return c === "'" ? "\\'" : (shortEscapes[c] ?? escapeCode(c.codePointAt(0) ?? 0))
  })
  return `${quote}${body}${quote}`
}

function escapeCode(code: number): string {
  const hex = code.toString(16)
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}
