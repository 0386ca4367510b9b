/**
 * JavaScript's regular expressions as POSIX extended ones, for awk on machines without Backlot: without braces, which
 * some awks lack, and without backslashes but where nothing else will do. Bytes are meant (LC_ALL=C): a character beyond
 * ASCII that stands for itself is its bytes, in a set it is any byte beyond ASCII. Lines hold no line ends.
 */
import { RegExpParser, type AST } from '@eslint-community/regexpp'
import { CharSet } from './char-set.ts'

/** Fits no text but the empty one, for which POSIX has nothing: no line holds this character. */
const empty = '\u0001*'

/** Longer ones take awk too long to make ready. */
const longest = 4000

const word = CharSet.of(new RegExpParser().parsePattern('\\w').alternatives[0]?.elements[0] as AST.CharacterSet)
const notWord = CharSet.of(new RegExpParser().parsePattern('\\W').alternatives[0]?.elements[0] as AST.CharacterSet)
const [wordText, notWordText] = [setText(word), setText(notWord)]

/** The pattern for POSIX; null: it has something that POSIX cannot say, such as a word's edge amid texts of any kind. */
export function posixPattern(source: string): string | null {
  try {
    const { alternatives } = new RegExpParser({ ecmaVersion: 2025 }).parsePattern(source)
    const text = alternativesText(alternatives, { isStart: true, isEnd: true })
    return text !== null && text.length <= longest ? text : null
  } catch {
    return null // no regular expression: nobody reads by it
  }
}

/** Whether the pattern's own edge is here: text may be taken beyond it without another meaning. */
interface Edges {
  isStart: boolean
  isEnd: boolean
}

function alternativesText(all: readonly AST.Alternative[], edges: Edges): string | null {
  const texts = all.map(({ elements }) => sequenceText(elements, edges))
  return texts.every((text) => text !== null) ? texts.join('|') : null
}

function sequenceText(elements: readonly AST.Element[], { isStart, isEnd }: Edges): string | null {
  const texts = elements.map((element, i) => {
    const edges = { isStart: isStart && i === 0, isEnd: isEnd && i === elements.length - 1 }
    return element.type === 'Assertion' ? assertionText(element, elements, i, edges) : elementText(element, edges)
  })
  return texts.every((text) => text !== null) ? texts.join('') || empty : null
}

function assertionText(one: AST.Assertion, all: readonly AST.Element[], i: number, edges: Edges): string | null {
  if (one.kind === 'start') return '^'
  if (one.kind === 'end') return '$'
  if (one.kind !== 'word' || one.negate) return null
  const [before, behind] = [lastOf(all.slice(0, i)), firstOf(all.slice(i + 1))]
  if (edges.isStart) return isAll(behind, word) ? `(^|${notWordText})` : isAll(behind, notWord) ? wordText : null
  if (edges.isEnd) return isAll(before, word) ? `(${notWordText}|$)` : isAll(before, notWord) ? wordText : null
  const isEdge = (isAll(before, word) && isAll(behind, notWord)) || (isAll(before, notWord) && isAll(behind, word))
  return isEdge ? '' : null
}

function elementText(element: AST.Element, edges: Edges): string | null {
  switch (element.type) {
    case 'Character':
      return characterText(element.value)
    case 'CharacterSet':
    case 'CharacterClass':
      return setText(CharSet.of(element))
    case 'Group':
    case 'CapturingGroup': {
      const text = alternativesText(element.alternatives, edges)
      return text === null ? null : `(${text})`
    }
    case 'Quantifier':
      return quantifierText(element)
    default:
      return null
  }
}

const mostTimes = 50

function quantifierText({ element, min, max }: AST.Quantifier): string | null {
  const inner = elementText(element, { isStart: false, isEnd: false })
  if (inner === null || min > mostTimes || (max !== Infinity && max > mostTimes)) return null
  const one = /^(?:\[.*\]|.|\(.*\))$/s.test(inner) && !isSeveral(element) ? inner : `(${inner})`
  if (max === Infinity) return min === 0 ? `${one}*` : `${one.repeat(min - 1)}${one}+`
  const optional = Array.from({ length: max - min }).reduce<string>((text) => `(${one}${text})?`, '')
  return `${one.repeat(min)}${optional}` || empty
}

/** A character beyond ASCII is several bytes. */
const isSeveral = (element: AST.Element): boolean => element.type === 'Character' && element.value > 127

const plain = /^[A-Za-z0-9 _,:;'"=<>@#%&!~`/-]$/

function characterText(code: number): string {
  const text = String.fromCodePoint(code)
  if (code > 127 || plain.test(text)) return text
  return text === '^' || text === '\\' ? `\\${text}` : `[${text}]`
}

/** The codes of a set of ASCII and of all that is beyond it, as a bracket; null: nothing is in it. */
function setText(set: CharSet): string | null {
  const all = Array.from({ length: 127 }, (_, i) => i + 1).filter((code) => code !== 10)
  const [inside, outside] = [all.filter((code) => set.holds(code)), all.filter((code) => !set.holds(code))]
  if (!set.holds(128)) return inside.length > 0 ? `[${bracketText(inside)}]` : null
  return outside.length > 0 ? `[^${bracketText(outside)}]` : '.'
}

function bracketText(codes: readonly number[]): string {
  const special = [']', '^', '\\', '-'].map((one) => one.charCodeAt(0)).filter((code) => codes.includes(code))
  const rest = codes.filter((code) => !special.includes(code))
  let text = special.includes(93) ? ']' : ''
  for (let i = 0; i < rest.length;) {
    let end = i
    while (rest[end + 1] === (rest[end] ?? 0) + 1) end++
    const [first, last] = [rest[i] ?? 0, rest[end] ?? 0]
    text += String.fromCharCode(first) + (end - i > 1 ? '-' : '') + (end > i ? String.fromCharCode(last) : '')
    i = end + 1
  }
  const end = `${special.includes(92) ? '\\\\' : ''}${special.includes(45) ? '-' : ''}`
  // a caret in front would turn the set around
  const caret = special.includes(94) ? (text === '' && end === '' ? '\\^' : '^') : ''
  return caret === '^' && text === '' ? `${end.slice(0, end.length)}${caret}` : `${text}${caret}${end}`
}

const isAll = (set: CharSet | null, other: CharSet): boolean => set !== null && set.isWithin(other)

/** What a sequence begins with for certain; null: it may be anything, or nothing. */
function firstOf(elements: readonly AST.Element[]): CharSet | null {
  return edgeOf(elements, (all) => all)
}

/** What it ends with for certain. */
function lastOf(elements: readonly AST.Element[]): CharSet | null {
  return edgeOf(elements, (all) => all.toReversed())
}

function edgeOf(
  elements: readonly AST.Element[],
  order: (all: readonly AST.Element[]) => readonly AST.Element[]
): CharSet | null {
  const sum = new CharSet()
  for (const element of order(elements)) {
    const own = edgeOfOne(element, order)
    if (own === null) return null
    sum.add(own)
    if (element.type !== 'Quantifier' || element.min > 0) return sum
  }
  return null
}

function edgeOfOne(element: AST.Element, order: Parameters<typeof edgeOf>[1]): CharSet | null {
  if (element.type === 'Quantifier') return edgeOfOne(element.element, order)
  if (element.type === 'Group' || element.type === 'CapturingGroup') {
    const each = element.alternatives.map(({ elements }) => edgeOf(elements, order))
    return each.every((one) => one !== null) ? each.reduce((sum, one) => sum.add(one), new CharSet()) : null
  }
  const isOne = element.type === 'Character' || element.type === 'CharacterSet' || element.type === 'CharacterClass'
  return isOne ? CharSet.of(element) : null
}
