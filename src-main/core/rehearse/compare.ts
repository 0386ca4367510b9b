/** Whether two runs of a task gave the same: how they ended, what they wrote back, what stands at the paths they wrote. */
import { readFileSync } from 'node:fs'
import { literally } from '../../domain/literal-pattern.ts'
import type { OutputValue } from '../store/shapes.ts'
import type { TaskResult } from '../attempt/result.ts'
import { seenAt, sameBytes, type Layer, type Seen } from './layers.ts'
import { differsByClock } from './moment.ts'
import { pixelsOf } from '../job/pictures/stored.ts'

export interface Difference {
  what: 'end' | 'output' | 'file'
  /** the output's name, or the path */
  name: string
  /** what the first and the second run have, in short; null: nothing */
  left: string | null
  right: string | null
  /** only the moment of the run, or bytes that no one can tell the meaning of: no finding by itself */
  note: boolean
}

/** A run, as far as it is compared. */
export interface Side {
  /** null: it failed */
  result: TaskResult | null
  /** why it failed */
  reason: string | null
  /** what it sees afterwards: its own layer, then what it stood on, the newest first */
  view: readonly Layer[]
  tokens: Tokens
  /** when it began and ended, ms */
  ran: { from: number; to: number }
}

/** From the first one's begin to the last one's end, s. */
const apartOf = ({ ran: a }: Pick<Side, 'ran'>, { ran: b }: Pick<Side, 'ran'>): number =>
  (Math.max(a.to, b.to) - Math.min(a.from, b.from)) / 1000

/** Folders that stand for the same on each machine, the longest first, and what they become. */
export type Tokens = readonly (readonly [folder: RegExp, token: string])[]

/** Not in the middle of another path: `/home/me` is none of `/mnt/home/me`; `-I/home/me` and `\\n/home/me` have it. */
const begins = String.raw`(?:(?<![\w.-])|(?<=\\[bfnrt]|(?<![\w.-])-[A-Za-z]))`

/** `folders`: folder → token. */
export const tokensOf = (folders: Readonly<Record<string, string>>): Tokens =>
  Object.entries(folders)
    .sort(([a], [b]) => b.length - a.length)
    .map(([folder, token]) => [new RegExp(`${begins}${literally(folder)}(?![\\w-]|\\.\\w)`, 'g'), token] as const)

/** A text with a machine's own folders taken out, and the random part of temporary names. */
export function mapped(text: string, { tokens }: Pick<Side, 'tokens'>): string {
  let found = text
  for (const [folder, token] of tokens) found = found.replace(folder, () => token)
  return found.includes('$TMP') ? found.replace(/(\$TMP\/(?:[\w.-]*\/)*?tmp)[a-z0-9_]{6,}/g, '$1*') : found
}

const short = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text)

/** Both succeeded or both failed, with the same outputs. */
function endsDiffer(left: Side, right: Side): Difference[] {
  if ((left.result === null) === (right.result === null)) return []
  return [{ what: 'end', name: '', left: left.reason, right: right.reason, note: false }]
}

function outputsDiffer(left: Side, right: Side): Difference[] {
  if (!left.result || !right.result) return []
  const nameOf = ({ plug, key }: OutputValue) => (key === null ? plug : `${plug}.${key}`)
  const values = new Map(right.result.outputs.map((output) => [nameOf(output), mapped(output.value, right)]))
  return left.result.outputs.flatMap((output): Difference[] => {
    const [a, b] = [mapped(output.value, left), values.get(nameOf(output)) ?? null]
    if (a === b) return []
    const note = b !== null && differsByClock(a, b, apartOf(left, right))
    return [{ what: 'output', name: nameOf(output), left: short(a), right: b === null ? null : short(b), note }]
  })
}

/** Above this only the bytes are compared. */
const mostText = 16 << 20

function asText(bytes: Buffer): string | null {
  if (bytes.includes(0)) return null
  const text = bytes.toString('utf8')
  return text.includes('\ufffd') ? null : text
}

/** Two files of other bytes: what that means. Null: they say the same. */
function filesDiffer(
  a: Seen & { kind: 'file' },
  b: Seen & { kind: 'file' },
  sides: [Side, Side]
): Omit<Difference, 'name' | 'what'> | null {
  if (a.size > mostText || b.size > mostText)
    return { left: `${a.size} bytes`, right: `${b.size} bytes`, note: a.size === b.size }
  const [left, right] = [readFileSync(a.real), readFileSync(b.real)]
  const [p, q] = [pixelsOf(left), pixelsOf(right)]
  if (p && q) return p.equals(q) ? null : { left: 'other pixels', right: 'other pixels', note: false }
  const [s, t] = [asText(left), asText(right)]
  if (s !== null && t !== null) {
    const [x, y] = [mapped(s, sides[0]), mapped(t, sides[1])]
    return x === y ? null : { ...firstLines(x, y), note: differsByClock(x, y, apartOf(...sides)) }
  }
  // what an unknown format holds besides content (addresses, dates), nobody can tell; whoever reads it will show
  const empty = left.length === 0 || right.length === 0
  return { left: `${left.length} bytes`, right: `${right.length} bytes`, note: !empty }
}

/** The first line that differs. */
function firstLines(x: string, y: string): { left: string; right: string } {
  const [a, b] = [x.split('\n'), y.split('\n')]
  const i = a.findIndex((line, n) => line !== b[n])
  const n = i < 0 ? a.length : i
  return { left: short(a[n] ?? '(ends)'), right: short(b[n] ?? '(ends)') }
}

const shown = (seen: Seen | null): string | null =>
  seen === null ? null : seen.kind === 'file' ? `${seen.size} bytes` : seen.kind === 'link' ? `→ ${seen.to}` : seen.kind

function pathDiffers(path: string, left: Side, right: Side): Difference | null {
  const [a, b] = [seenAt(path, left.view), seenAt(path, right.view)]
  if (a?.kind === 'file' && b?.kind === 'file') {
    if (a.real === b.real || (a.size === b.size && sameBytes(a.real, b.real))) return null
    const found = filesDiffer(a, b, [left, right])
    return found && { what: 'file', name: path, ...found }
  }
  if (a?.kind === b?.kind && (a?.kind !== 'link' || b?.kind !== 'link' || mapped(a.to, left) === mapped(b.to, right)))
    return null
  return { what: 'file', name: path, left: shown(a), right: shown(b), note: false }
}

/** What differs between two runs; `paths`: those to be looked at. */
export const differences = (left: Side, right: Side, paths: Iterable<string>): Difference[] => [
  ...endsDiffer(left, right),
  ...outputsDiffer(left, right),
  ...(left.result && right.result ? [...paths].flatMap((path) => pathDiffers(path, left, right) ?? []) : [])
]

/** Those that count. */
export const real = (found: readonly Difference[]): Difference[] => found.filter(({ note }) => !note)

/** A difference for people. */
export function differenceText({ what, name, left, right }: Difference): string {
  if (what === 'end') return right === null ? `it failed: ${left ?? ''}` : `it failed: ${right}`
  return `${what} ${name}: ${left ?? 'not there'} | ${right ?? 'not there'}`
}
