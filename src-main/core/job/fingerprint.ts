/**
 * What a task's result depends on, as one hash: its code, its interpreter, its inputs, its frames, and the files that its
 * inputs name. A flowpipe record's identifiers are left out: a graph that is built anew has new ones.
 */
import { filesOfPattern, hasVariants, isAmbiguous, pathsIn, variantsOf } from '../../domain/frame-pattern.ts'
import { plainText, rangeText } from '../../domain/frames.ts'
import type { Interpreter } from '../../domain/interpreter.ts'
import { itemsOf, kindOf, memberOf, membersOf, rawObject, type Raw } from '../../domain/json.ts'
import type { FileState, Fingerprint } from '../store/shapes.ts'
import { shortHash, stateOf } from './code.ts'

const left = new Set(['identifier', 'file_location', 'connections'])

/** A node's record without what is other each time it is written down, and without the values of its outputs. */
export const essence = (record: Raw): Raw =>
  without(record, left, (key, raw) => (key === 'outputs' ? namesOf(raw) : plugs(key, raw)))

const plugs = (key: string, raw: Raw): Raw => (key === 'inputs' ? each(raw, plug) : raw)
const plug = (raw: Raw): Raw =>
  without(raw, left, (key, part) => (key === 'sub_plugs' ? each(part, (sub) => without(sub, left)) : part))
const namesOf = (raw: Raw): Raw => each(raw, () => 'null')

function without(
  raw: Raw,
  names: ReadonlySet<string>,
  also: (key: string, value: Raw) => Raw = (_, value) => value
): Raw {
  if (kindOf(raw) !== 'object') return raw
  const kept = membersOf(raw).filter(({ key }) => !names.has(key))
  return rawObject(kept.map(({ key, value }) => [key, also(key, value)] as const))
}

const each = (raw: Raw, change: (value: Raw) => Raw): Raw =>
  kindOf(raw) === 'object' ? rawObject(membersOf(raw).map(({ key, value }) => [key, change(value)] as const)) : raw

/** All of an interpreter that a result may depend on; how it is started does not count. */
export const interpreterText = ({ argv, env, wrapper, evaluator, setup, encoder }: Interpreter): string =>
  JSON.stringify([argv, env, wrapper, evaluator, setup, ...(encoder === '' ? [] : [encoder])])

/** More files than these, or longer values, are not looked at: that would take longer than most tasks. */
export const mostFiles = 2000
const longestValue = 4 << 20

/**
 * `parts`: texts that tell tasks apart; `node`: the essence of its record with its inputs filled in. Null where those are
 * too long or name more than 2,000 files: there is no telling whether it changed then.
 */
export function fingerprintOf(parts: readonly string[], node: Raw, where: Where): Fingerprint | null {
  const { files, tooMany } = filesNamed(memberOf(node, 'inputs') ?? '{}', where)
  if (node.length > longestValue || tooMany) return null
  const states = files.flatMap((path) => {
    const state = stateOf(path)
    return state ? [[path, state] as const] : []
  })
  return {
    hash: shortHash(JSON.stringify([parts, where.cwd, node, where.frames, states])),
    filesRead: states.length,
    files: states.slice(0, mostKept).map(([path, { modifiedAt, size }]): FileState => [path, modifiedAt, size])
  }
}

/** Of so many files it is kept how they were. */
const mostKept = 200

const mayName = /"(?:\.{0,2}\/|[A-Za-z]:|\.{0,2}\\\\)/

/** Where a value's files are: the frames of its task, and the folder that this starts in. */
export interface Where {
  frames: readonly Raw[] | null
  cwd: string
}

/**
 * Paths among the texts of a value; one with a frame pattern stands for a path per frame. No more than just above 2,000, and
 * none of a value of more than 4 MB.
 */
export const filesIn = (value: Raw, where: Where): string[] => filesNamed(value, where).files

/**
 * The files that an output's value names as written. Of the tiles and views that a pattern may stand for those of which
 * one file is there, with all their frames; where there is none, the first: something should be.
 */
export function filesReturned(value: Raw, where: Where, isThere: (path: string) => boolean): string[] {
  const patterns = pathsIn(value, where.cwd).filter(hasVariants)
  if (patterns.length === 0) return filesIn(value, where)
  const texts = (where.frames ?? []).map(plainText)
  const absent = patterns.flatMap((path) => {
    const families = variantsOf(path).map((variant) => filesOfPattern(variant, texts))
    const gone = families.filter((files) => !files.some(isThere))
    return (gone.length < families.length ? gone : gone.slice(1)).flat()
  })
  const left = new Set(absent)
  return filesIn(value, where).filter((path) => !left.has(path))
}

function filesNamed(value: Raw, { frames, cwd }: Where): { files: string[]; tooMany: boolean } {
  const found = new Set<string>()
  let count = 0
  const paths = value.length > longestValue || !mayName.test(value) ? [] : pathsIn(value, cwd)
  for (const path of paths) {
    const files = frames || hasVariants(path) ? filesOfPattern(path, (frames ?? []).map(plainText)) : [path]
    for (const file of isAmbiguous(path) ? [path, ...files] : files) found.add(file)
    // of the tiles and views that there could be most are not there
    count += hasVariants(path) ? Math.max(1, frames?.length ?? 1) : files.length
    if (count > mostFiles) break
  }
  return { files: [...found], tooMany: count > mostFiles }
}

export const isThere = (path: string): boolean => stateOf(path) !== null

/** Names of inputs that differ between two tasks' files. */
export function changedInputs(before: Raw, now: Raw): string[] {
  const inputs = (text: Raw) => {
    const node = memberOf(text, 'node')
    const found = node && memberOf(node, 'inputs')
    return new Map(membersOf(found ?? '{}').map(({ key, value }) => [key, plug(value)]))
  }
  const [old, fresh] = [inputs(before), inputs(now)]
  return [...new Set([...old.keys(), ...fresh.keys()])].filter(
    (key) => key !== 'frames' && old.get(key) !== fresh.get(key)
  )
}

/** Frames for people. */
export const framesText = (raw: Raw | null): string => (raw === null ? 'none' : rangeText(itemsOf(raw)))
