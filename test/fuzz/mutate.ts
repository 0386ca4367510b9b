/** Changes a text at a few places, as broken tools, cut transfers and people who mean harm do; a seed decides. */
import { Random } from '../../bench/torture/random.ts'

/** What parsers stumble over. */
const tokens = [
  ...[
    '"__proto__"',
    '"constructor"',
    '"prototype"',
    'NaN',
    '-Infinity',
    '1e999',
    '-0',
    '12345678901234567890',
    '0.1e-400'
  ],
  ...[
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '\\u0000',
    '\\ud800',
    '\u0000',
    '\ufeff',
    '\u2028',
    'null',
    'true',
    '{}',
    '[]'
  ],
  ...[
    '[0, 1, 2]',
    '"frames"',
    '"../../../x"',
    '"%04d"',
    '1-10x0',
    '[[[[[[[[',
    '"batch_size": -1',
    '"a.b.c"',
    '//',
    '\r',
    ''
  ]
]

type Edit = (text: string, random: Random) => string

const at = (text: string, random: Random) => random.whole(0, text.length)

/** From one place to a later one, not far. */
function span(text: string, random: Random): [number, number] {
  const from = at(text, random)
  return [from, Math.min(text.length, from + random.whole(1, random.one([2, 20, 400]) ?? 1))]
}

const edits: readonly Edit[] = [
  (text, random) => {
    const [from, to] = span(text, random)
    return text.slice(0, from) + text.slice(to)
  },
  (text, random) => {
    const [from, to] = span(text, random)
    return text.slice(0, to) + text.slice(from)
  },
  (text, random) => {
    const place = at(text, random)
    return text.slice(0, place) + (random.one(tokens) ?? '') + text.slice(place)
  },
  (text, random) => text.slice(0, at(text, random)),
  (text, random) => {
    const place = at(text, random)
    return text.slice(0, place) + String.fromCharCode(random.whole(0, 255)) + text.slice(place + 1)
  }
]

/** Values that are JSON, so that the text still is. */
const wholes = [
  'null',
  'true',
  '-1',
  '1.5',
  '1e999',
  '""',
  '"__proto__"',
  '[]',
  '{}',
  '[null]',
  '{"__proto__": {"polluted": 1}}',
  '"1-10x0"'
]

/** A whole value in another's place. */
function exchange(text: string, random: Random): string {
  const parts = text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|-?\d+(?:\.\d+)?|null|true|false|\{\}|\[\]/g)
  const values = [...parts].filter(([, isKey]) => isKey === undefined)
  const [old, other] = [random.one(values), random.one(values)]
  if (!old || !other) return text
  const value = random.next() < 0.5 ? other[0] : (random.one(wholes) ?? '')
  return text.slice(0, old.index) + value + text.slice(old.index + old[0].length)
}

/** Half of the texts stay JSON: they get past the parser. */
export function mutate(text: string, seed: number): string {
  const random = new Random(seed)
  const keepsShape = random.next() < 0.5
  let now = text
  for (let left = random.whole(1, 4); left > 0; left--)
    now = keepsShape ? exchange(now, random) : (random.one(edits) as Edit)(now, random)
  return now
}
