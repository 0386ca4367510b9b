/** A worker profile read from its file: YAML, its keys and values checked, each mistake said with its line. */
import { readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document, type YAMLError } from 'yaml'
import type { z } from 'zod'
import { at } from '../../domain/at.ts'
import { nearest } from '../../domain/near.ts'
import type { Severity } from '../../domain/problems.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import { workerExamples, workerFile, workerKeys, workerShape, type WorkerProfile } from '../../domain/worker.ts'
import { shown } from '../graph/names.ts'

/** Something about a profile that is wrong, or will surprise. */
export interface ProfileProblem {
  severity: Severity
  /** counted from 1; null where it is about no line */
  line: number | null
  /** `share`, `share.0` for its first entry, `env.NAME`; null where it is about no key */
  key: string | null
  message: string
  remedy: string
}

/** A profile, or all that is wrong with its file. */
export type ParsedProfile = { profile: WorkerProfile; problems: [] } | { profile: null; problems: ProfileProblem[] }

/** More bytes than this are no profile. */
const mostBytes = 1 << 20

/** The profile beside a graph's file; null: there is none. */
export function findProfile(graphPath: string): string | null {
  const path = join(dirname(graphPath), workerFile)
  return statSync(path, { throwIfNoEntry: false }) ? path : null
}

/** Errors (`input`): it cannot be read, or something in it is wrong: the first problem, all of them in the details. */
export function readProfile(path: string): Result<WorkerProfile> {
  const text = profileFile(path)
  if (!text.ok) return text
  const { profile, problems } = parseProfile(text.value)
  if (profile) return ok(profile)
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more: backlot worker check ${path})` : ''
  return fail('input', `${problemLine(path, at(problems, 0))}${more}`, { problems })
}

/** `backlot.worker.yaml, line 3, share.0: "mnt" is not a path that starts with /; write …`. */
export function problemLine(path: string, { line, key, message, remedy }: ProfileProblem): string {
  const where = [basename(path), ...(line === null ? [] : [`line ${line}`]), ...(key === null ? [] : [key])]
  return `${where.join(', ')}: ${message}; ${remedy}`
}

/** The file's text. Errors (`input`): it is not there, no file, too long for a profile, or may not be read. */
export function profileFile(path: string): Result<string> {
  try {
    const found = statSync(path)
    if (found.isDirectory()) return fail('input', `${path} is a folder; name the file: ${join(path, workerFile)}`)
    if (!found.isFile()) return fail('input', `${path} is no plain file; name a worker profile, a file of YAML`)
    if (found.size > mostBytes)
      return fail('input', `${path} has ${found.size} bytes, more than any worker profile; name another file`)
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
    const nul = text.indexOf('\0')
    if (nul < 0) return ok(text)
    const line = text.slice(0, nul).split('\n').length
    return fail('input', `${path}, line ${line}: there is a NUL in it; take it out, or name a file of text`)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return fail('input', `there is no file ${path}; make it with: backlot worker init ${path}`)
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
      return fail('input', `${path} is not UTF-8 text; save it as UTF-8`)
    return fail('input', `${path} cannot be read (${code ?? message}); see who owns it and its rights: ls -l ${path}`)
  }
}

/** What a file's text says; an empty one is a profile of defaults alone. */
export function parseProfile(text: string): ParsedProfile {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true })
  const mistakes = [...document.errors, ...document.warnings]
  if (mistakes.length > 0) return { profile: null, problems: mistakes.map((one) => yamlProblem(one, text, lines)) }
  const plain = plainValue(document)
  if (!plain.ok) return { profile: null, problems: [whole(plain.error.message)] }
  const parsed = workerShape.safeParse(plain.value)
  if (parsed.success) return { profile: parsed.data, problems: [] }
  const problems = parsed.error.issues.flatMap((issue) => issueProblems(issue, plain.value, document, lines))
  return { profile: null, problems: problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)) }
}

/** Where the key, or the entry of it, stands in a profile's text; null: nowhere. */
export function lineFinder(text: string): (path: readonly PropertyKey[]) => number | null {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  return (path) => lineOf(document, lines, path)
}

const whole = (message: string): ProfileProblem => ({
  ...{ severity: 'error', line: null, key: null, message },
  remedy: 'write keys with their values; a file to begin with: backlot worker init'
})

/** Keys with nothing behind them are as if they were not there. Errors (`input`): it is no map, or names an anchor that is not there. */
function plainValue(document: Document): Result<Record<string, unknown>> {
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) return ok({})
  if (!isMap(document.contents)) return fail('input', 'it has no keys')
  keepSpelling(document)
  try {
    const value = document.toJS() as Record<string, unknown>
    return ok(Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null)))
  } catch (error) {
    return fail('input', `it is no YAML (${(error as Error).message})`)
  }
}

/** A variable's value is text: VERSION: 1.10 is no 1.1. */
function keepSpelling(document: Document): void {
  const env = document.get('env')
  if (!isMap(env)) return
  for (const { value } of env.items)
    if (isScalar(value) && value.source !== undefined && value.value !== null) value.value = value.source
}

const yamlTexts: Partial<Record<YAMLError['code'], (rest: string) => [message: string, remedy: string]>> = {
  DUPLICATE_KEY: (rest) => [`${shown(/^[^:]*/.exec(rest)?.[0].trim() ?? '')} stands here a second time`, 'keep one'],
  TAB_AS_INDENT: () => ['the line begins with a tab', 'indent it with spaces: YAML takes no tabs'],
  MULTIPLE_DOCS: () => ['--- begins a second profile', 'keep one of them in this file'],
  TAG_RESOLVE_FAILED: (rest) => [`${shown(/^\S*/.exec(rest)?.[0] ?? '')} means nothing here`, 'write the value alone']
}

function yamlProblem({ code, message, pos: [from] }: YAMLError, text: string, lines: LineCounter): ProfileProblem {
  const rest = text.slice(from, from + 200)
  const [said, remedy] = yamlTexts[code]?.(rest) ?? [`it is no YAML here (${message})`, 'write it as KEY: VALUE']
  return { severity: 'error', line: lines.linePos(from).line, key: null, message: said, remedy }
}

type Issue = z.core.$ZodIssue

function issueProblems(issue: Issue, value: unknown, document: Document, lines: LineCounter): ProfileProblem[] {
  const about = (path: readonly PropertyKey[], message: string, remedy: string): ProfileProblem => ({
    ...{ severity: 'error', line: lineOf(document, lines, path), key: path.join('.') || null },
    ...{ message, remedy }
  })
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => about([key], ...unknownKey(key)))
  const [key] = issue.path
  const example = key !== undefined && isKey(key) ? `write ${key}: ${workerExamples[key]}` : 'see backlot worker init'
  const inside = issue.code === 'invalid_key' ? issue.issues[0] : undefined
  const found = inside ? issue.path.at(-1) : valueAt(value, issue.path)
  return [about(issue.path, `${valueText(found)} is not ${(inside ?? issue).message}`, `${example}, or the like`)]
}

const isKey = (key: PropertyKey): key is keyof WorkerProfile => (workerKeys as readonly PropertyKey[]).includes(key)

function unknownKey(key: string): [message: string, remedy: string] {
  const [near] = nearest(key, workerKeys)
  const remedy = near === undefined ? 'take it out' : `write ${near}`
  return ['there is no such key', `${remedy}; there are ${workerKeys.join(', ')}`]
}

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), value)

const isObject = (value: unknown): value is Record<PropertyKey, unknown> => typeof value === 'object' && value !== null

/** characters of a value that is no text */
const mostShown = 60

const valueText = (value: unknown): string =>
  value === null || value === undefined
    ? 'nothing'
    : typeof value === 'string'
      ? shown(value)
      : JSON.stringify(value).slice(0, mostShown)

/** The line of the key or entry; of the nearest around it where that has none. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number | null {
  if (path.length === 0) return null
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  const pair = isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && key.value === path.at(-1)) : undefined
  const node = pair ? pair.key : document.getIn(path, true)
  const from = isNode(node) ? node.range?.[0] : undefined
  return from === undefined ? lineOf(document, lines, path.slice(0, -1)) : lines.linePos(from).line
}
