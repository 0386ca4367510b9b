/**
 * Regular expressions that users write for log lines, looked at before they are used: that they are none which takes for
 * ever on some line, and which fixed texts a line must hold for them to fit.
 *
 * An engine that tries alternatives takes exponential time only where a repetition holds something of varying length, or
 * where choices that fit the same text stand in a row. Neither is let through; what is left is bounded by a power of the
 * line's length, and no more than `longestTried` characters of a line are tried (log-reader.ts).
 */
import { RegExpParser, type AST } from '@eslint-community/regexpp'
import { CharSet } from './char-set.ts'
import { fail, ok, type Result } from './result.ts'

export interface PatternFacts {
  /** names of its groups */
  groups: string[]
  /** every line that fits holds one of these; null: there are none of any length */
  marks: string[] | null
}

/** Repetitions that may give back what they took, in a pattern that may begin anywhere in a line. */
const mostOpen = 1
/** Ways in which choices of a pattern may be combined. */
const mostWays = 1000

/** Errors (`input`): it is no regular expression, or one that may take for ever; the message goes on after "the pattern X". */
export function readPattern(source: string): Result<PatternFacts> {
  let pattern: AST.Pattern
  try {
    pattern = new RegExpParser({ ecmaVersion: 2025 }).parsePattern(source)
    new RegExp(source)
  } catch (error) {
    const why = (error as Error).message.replace(/^Invalid regular expression: (?:\/.*\/\w*: )?/s, '')
    return fail('input', `is no regular expression: ${why}`)
  }
  const look = new Look()
  look.alternatives(pattern.alternatives, new CharSet())
  const fault = look.fault ?? faultOf(look, isAnchored(pattern))
  if (fault) return fail('input', fault)
  return ok({ groups: look.groups, marks: marksOf(pattern.alternatives) })
}

function faultOf({ open, ways }: Look, anchored: boolean): string | null {
  const most = anchored ? mostOpen + 1 : mostOpen
  if (open > most)
    return `has ${open} repetitions such as .* that compete for the same text; leave ${most} of them, or use [^,]* with the character that ends it`
  return ways > mostWays ? 'has too many optional parts in a row that fit the same text' : null
}

const isAnchored = ({ alternatives }: AST.Pattern): boolean =>
  alternatives.every(({ elements: [first] }) => first?.type === 'Assertion' && first.kind === 'start')

const isOne = (element: AST.Element): element is AST.Character | AST.CharacterSet | AST.CharacterClass =>
  element.type === 'Character' || element.type === 'CharacterSet' || element.type === 'CharacterClass'

/** One walk over a pattern: what competes in it, and its groups. */
class Look {
  readonly groups: string[] = []
  /** repetitions without an end that may give back what they took */
  open = 0
  /** ways in which the choices may be combined */
  ways = 1
  fault: string | null = null

  /** `follow`: what may stand behind. */
  alternatives(all: readonly AST.Alternative[], follow: CharSet): void {
    const firsts = all.length > 1 ? all.map(({ elements }) => firstOf(elements, 0, follow)) : []
    if (firsts.some((one, i) => firsts.slice(i + 1).some((other) => one.meets(other)))) this.ways *= all.length
    for (const { elements } of all) elements.forEach((_, i) => this.element(elements, i, follow))
  }

  private element(elements: readonly AST.Element[], at: number, follow: CharSet): void {
    const element = elements[at]
    if (!element || isOne(element)) return
    const behind = firstOf(elements, at + 1, follow)
    if (element.type === 'Backreference') this.fault ??= 'refers back to a group, whose time has no bound'
    else if (element.type === 'Assertion') {
      if (element.kind === 'lookahead' || element.kind === 'lookbehind')
        this.fault ??= `looks ${element.kind === 'lookahead' ? 'ahead' : 'behind'} in the line, which may take for ever`
    } else if (element.type === 'Quantifier') this.repetition(element, behind)
    else if (element.type === 'Group' || element.type === 'CapturingGroup') this.group(element, behind)
  }

  private group(group: AST.Group | AST.CapturingGroup, behind: CharSet): void {
    if (group.type === 'CapturingGroup' && group.name !== null) this.groups.push(group.name)
    this.alternatives(group.alternatives, behind)
  }

  private repetition({ element, min, max }: AST.Quantifier, behind: CharSet): void {
    if (!isOne(element) && max > 1 && !isFixed(element))
      this.fault ??= 'repeats something of varying length, which may take for ever'
    if (element.type === 'Group' || element.type === 'CapturingGroup') this.group(element, behind)
    if (!firstOf([element], 0, new CharSet()).meets(behind)) return
    if (max - min > 16) this.open++
    else this.ways *= max - min + 1
  }
}

/** Always of one length, and no choice in it. */
function isFixed(element: AST.Element): boolean {
  if (element.type === 'Group' || element.type === 'CapturingGroup')
    return element.alternatives.length === 1 && element.alternatives.every(({ elements }) => elements.every(isFixed))
  return element.type === 'Quantifier' ? element.min === element.max && isFixed(element.element) : isOne(element)
}

/** What the elements from `at` on may begin with. */
function firstOf(elements: readonly AST.Element[], at: number, follow: CharSet): CharSet {
  const first = new CharSet()
  for (let i = at; i < elements.length; i++) {
    const element = elements[i]
    if (!element) break
    const { mayBeEmpty, set } = startOf(element)
    first.add(set)
    if (!mayBeEmpty) return first
  }
  return first.add(follow)
}

function startOf(element: AST.Element): { mayBeEmpty: boolean; set: CharSet } {
  if (isOne(element)) return { mayBeEmpty: false, set: CharSet.of(element) }
  if (element.type === 'Quantifier') {
    const inner = startOf(element.element)
    return { mayBeEmpty: element.min === 0 || inner.mayBeEmpty, set: inner.set }
  }
  if (element.type !== 'Group' && element.type !== 'CapturingGroup') return { mayBeEmpty: true, set: new CharSet() }
  const none = new CharSet()
  const mayBeEmpty = element.alternatives.some(({ elements }) => elements.every((one) => startOf(one).mayBeEmpty))
  return {
    mayBeEmpty,
    set: element.alternatives.reduce((sum, { elements }) => sum.add(firstOf(elements, 0, none)), none)
  }
}

/** Shorter texts are in too many lines. */
const shortestMark = 4
/** Longer ones are not found any faster. */
const longEnough = 10
const mostMarks = 32

const shortest = (marks: readonly string[]): number => Math.min(...marks.map(({ length }) => length))

/** Long texts are found fast, and few texts are. */
const worth = (marks: readonly string[]): number => Math.min(longEnough, shortest(marks)) - marks.length / 16

/** The best texts of which one is in every line that fits; of choices those of each. */
function marksOf(alternatives: readonly AST.Alternative[]): string[] | null {
  const best = alternatives.map(({ elements }) => marksOfOne(elements))
  return best.every((marks) => marks !== null) ? [...new Set(best.flat())] : null
}

function marksOfOne(elements: readonly AST.Element[]): string[] | null {
  let best: string[] | null = null
  const offer = (marks: string[] | null) => {
    if (marks && shortest(marks) >= shortestMark && (best === null || worth(marks) > worth(best))) best = marks
  }
  /** what the elements looked at last may have been, one beside the other */
  let runs = ['']
  for (const element of elements) {
    const texts = textsOf(element)
    const longer = texts?.flatMap((text) => runs.map((run) => run + text)) ?? []
    if (longer.length > 0 && longer.length <= mostMarks) runs = longer
    else {
      const first = element.type === 'Quantifier' && element.min > 0 ? textsOf(element.element) : null
      offer(first ? first.flatMap((text) => runs.map((run) => run + text)) : runs)
      runs = first ?? ['']
      if (element.type === 'Group' || element.type === 'CapturingGroup') offer(marksOf(element.alternatives))
    }
  }
  offer(runs)
  return best
}

/** All that an element may stand for, where that is a handful of texts in ASCII; null: more. */
function textsOf(element: AST.Element): string[] | null {
  if (element.type === 'Character')
    return element.value > 0 && element.value < 128 ? [String.fromCharCode(element.value)] : null
  if (element.type === 'CharacterClass') return CharSet.of(element).members(4)
  if (element.type === 'Assertion') return element.kind === 'word' ? [''] : null
  if (element.type === 'Quantifier')
    return element.min === 0 && element.max === 1 ? optional(textsOf(element.element)) : null
  if (element.type !== 'Group' && element.type !== 'CapturingGroup') return null
  const each = element.alternatives.map(({ elements }) => joined(elements.map(textsOf)))
  const all = each.every((texts) => texts !== null) ? each.flat() : null
  return all && all.length <= mostMarks ? all : null
}

const optional = (texts: string[] | null): string[] | null => texts && ['', ...texts]

function joined(parts: readonly (string[] | null)[]): string[] | null {
  let all = ['']
  for (const texts of parts) {
    if (texts === null || all.length * texts.length > mostMarks) return null
    all = all.flatMap((one) => texts.map((text) => one + text))
  }
  return all
}
