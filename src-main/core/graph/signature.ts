/**
 * What a node's function declares, and how it is called. Its inputs are read from the parameter's pattern in the
 * function's own source text and its file from the call stack, so nothing is declared twice; flowpipe inspects Python's
 * signature in the same way.
 */
import { basename, extname, isAbsolute } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  parseExpressionAt,
  type ArrowFunctionExpression,
  type AssignmentProperty,
  type Expression,
  type FunctionExpression,
  type Literal,
  type ObjectExpression,
  type Pattern,
  type RestElement,
  type UnaryExpression
} from 'acorn'
import { checkJson, fromJs, rawArray, rawObject, rawText, toJs, type Raw } from '../json.ts'
import type { Plug } from '../model.ts'
import { shown, splitPlug } from './flowpipe.ts'

/** A mistake in the code that writes a graph, thrown by the call that makes it; the message is one sentence. */
export class AuthorError extends Error {
  override readonly name = 'AuthorError'
}

export function refuseAuthor(sentence: string): never {
  throw new AuthorError(sentence)
}

/** Files may be 900 levels deep, and the record or result around a value takes some of them. */
const maxValueDepth = 890

/** The text of a value that came from code; what JSON cannot hold is refused with its path behind `what` (Q38). */
export function jsonOf(value: unknown, what: string): Raw {
  const text = written(value, what)
  const brackets = text.match(/[[{]/g)?.length ?? 0
  if (brackets <= maxValueDepth || checkJson(`${'['.repeat(10)}${text}${']'.repeat(10)}`).ok) return text
  return refuseAuthor(`${what} is nested deeper than ${maxValueDepth} levels`)
}

function written(value: unknown, what: string): Raw {
  try {
    const text = fromJs(value, what)
    return text.ok ? text.value : refuseAuthor(`${text.error.message} (Q38)`)
  } catch (error) {
    if (error instanceof AuthorError) throw error
    return refuseAuthor(`${what} cannot be read: ${error instanceof Error ? error.message : 'its code throws'} (Q38)`)
  }
}

export interface InputSpec {
  name: string
  /** The default as it is spelled in the source, or `null`. Text, so nodes never share a list or object (Q49). */
  value: Raw
}

export type Compute = (...inputs: never[]) => unknown

/** Names that flowpipe's node constructor takes for itself: no input can have them. */
const reserved = ['func', 'name', 'identifier', 'inputs', 'outputs', 'metadata', 'omit', 'graph']

type FunctionNode = FunctionExpression | ArrowFunctionExpression

const options = {
  ecmaVersion: 'latest',
  sourceType: 'module',
  allowAwaitOutsideFunction: true,
  allowSuperOutsideMethod: true,
  checkPrivateFields: false
} as const

/** The inputs that `compute` names in its one destructured parameter, in that order; refuses what has no plug. */
export function readInputs(compute: Compute, who: string): InputSpec[] {
  const source = Function.prototype.toString.call(compute)
  const parsed = parseFunction(source, who)
  if (parsed.generator) refuseAuthor(`${who} is a generator; a node is a plain or async function`)
  if (parsed.params.length > 1) {
    refuseAuthor(`${who} takes ${parsed.params.length} parameters; a node takes its inputs as one object, ({ a, b })`)
  }
  const [parameter] = parsed.params
  const specs = parameter ? patternOf(parameter, who).map((property) => inputOf(property, parsed.source, who)) : []
  const twice = specs.find((spec, i) => specs.findIndex((other) => other.name === spec.name) < i)
  if (twice) refuseAuthor(`${who} names the input ${shown(twice.name)} twice`)
  return specs
}

/** A function stands alone or is a method of an object; `source` is the text the positions belong to. */
function parseFunction(source: string, who: string): FunctionNode & { source: string } {
  let reason = ''
  for (const text of [`(${source}\n)`, `({${source}\n})`]) {
    try {
      const parsed = functionIn(parseExpressionAt(text, 0, options))
      if (parsed) return { ...parsed, source: text }
    } catch (error) {
      reason ||= error instanceof Error ? error.message : ''
    }
  }
  return refuseAuthor(
    `${who} cannot be read (${reason || 'it is no function'}); give defineNode a function written in this file`
  )
}

function functionIn(expression: Expression): FunctionNode | null {
  const inner = expression.type === 'ParenthesizedExpression' ? expression.expression : expression
  if (inner.type === 'FunctionExpression' || inner.type === 'ArrowFunctionExpression') return inner
  if (inner.type !== 'ObjectExpression') return null
  const [method] = inner.properties
  return method?.type === 'Property' && method.value.type === 'FunctionExpression' ? method.value : null
}

/** `({ a, b })`, also as `({ a, b } = {})`. */
function patternOf(parameter: Pattern, who: string): (AssignmentProperty | RestElement)[] {
  const pattern = parameter.type === 'AssignmentPattern' && isEmpty(parameter.right) ? parameter.left : parameter
  if (pattern.type === 'ObjectPattern') return pattern.properties
  return refuseAuthor(`${who} has to name its inputs in the parameter, ({ a, b }): the names become the node's plugs`)
}

const isEmpty = (value: Expression) => value.type === 'ObjectExpression' && value.properties.length === 0

function inputOf(property: AssignmentProperty | RestElement, source: string, who: string): InputSpec {
  if (property.type === 'RestElement') {
    return refuseAuthor(`${who} collects inputs with "..."; name each input, the names become the node's plugs`)
  }
  const name = property.computed ? null : keyOf(property.key)
  if (name === null) return refuseAuthor(`${who} computes the name of an input; write the name itself`)
  checkInputName(name, who)
  if (property.value.type !== 'AssignmentPattern') return { name, value: 'null' }
  const { right } = property.value
  const value = literalOf(right)
  if (value !== null) return { name, value }
  return refuseAuthor(
    `${who}.${name} has the default ${source.slice(right.start, right.end)}, which is no literal; ` +
      'write null, true, a number, a text, or a list or object of those'
  )
}

function checkInputName(name: string, who: string): void {
  checkPlugName(name, who)
  if (reserved.includes(name)) {
    refuseAuthor(`${who} has an input called ${shown(name)}, a word that flowpipe keeps for itself; rename it`)
  }
}

/** Dots separate a plug from its sub-plug (Q42). */
export function checkPlugName(name: string, who: string): void {
  if (name === '') refuseAuthor(`${who} has a plug without a name`)
  if (name.includes('.')) {
    refuseAuthor(`${who} has a plug called ${shown(name)}; dots are kept for sub-plugs, rename the plug (Q42)`)
  }
}

const keyOf = (key: Expression): string | null =>
  key.type === 'Identifier' ? key.name : key.type === 'Literal' && typeof key.value === 'string' ? key.value : null

/** The JSON text of a literal, numbers and key order as they are spelled; null for anything that has to be run. */
function literalOf(value: Expression): Raw | null {
  switch (value.type) {
    case 'Literal':
      return scalarOf(value)
    case 'TemplateLiteral':
      return value.expressions.length ? null : rawText(value.quasis[0]?.value.cooked ?? '')
    case 'UnaryExpression':
      return signedOf(value)
    case 'ArrayExpression': {
      const items = value.elements.map((item) => (item && item.type !== 'SpreadElement' ? literalOf(item) : null))
      return items.every((item) => item !== null) ? rawArray(items) : null
    }
    case 'ObjectExpression':
      return objectOf(value)
    default:
      return null
  }
}

const jsonNumber = /^(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

function scalarOf({ value, raw, regex, bigint }: Literal): Raw | null {
  if (regex) return null
  if (bigint) return String(BigInt(bigint))
  if (typeof value === 'string') return rawText(value)
  return typeof value === 'number' && raw !== undefined && jsonNumber.test(raw) ? raw : String(value)
}

/** Negatives, and `!0`, which is how minifiers write true. */
function signedOf({ operator, argument }: UnaryExpression): Raw | null {
  if (argument.type !== 'Literal') return null
  const { value } = argument
  if (operator === '!' && typeof value !== 'string') return String(!value)
  const isNumber = typeof value === 'number' || typeof value === 'bigint'
  return operator === '-' && isNumber ? `-${scalarOf(argument)}` : null
}

function objectOf({ properties }: ObjectExpression): Raw | null {
  const members = new Map<string, Raw>()
  for (const property of properties) {
    if (property.type !== 'Property' || property.kind !== 'init' || property.computed) return null
    const key = property.key.type === 'Literal' ? String(property.key.value) : keyOf(property.key)
    const value = literalOf(property.value)
    if (key === null || key === '__proto__' || value === null) return null
    members.set(key, value)
  }
  return rawObject(members)
}

export interface CallSite {
  /** Absolute path. */
  file: string
  /** Where in which version of the file: two nodes of one name at two places are a mistake. */
  place: string
}

/** The first file of the stack below `callee`; undefined in a REPL or `node --eval`. */
export function callSiteOf(callee: Compute): CallSite | undefined {
  for (const site of stackBelow(callee)) {
    const name = site.getFileName()
    if (!name) continue
    const place = `${name}:${site.getLineNumber()}:${site.getColumnNumber()}`
    if (name.startsWith('file:')) return { file: fileURLToPath(new URL(name)), place }
    if (isAbsolute(name)) return { file: name.replace(/[?#].*$/, ''), place }
  }
  return undefined
}

function stackBelow(callee: Compute): NodeJS.CallSite[] {
  const { prepareStackTrace, stackTraceLimit } = Error
  const holder: { stack?: NodeJS.CallSite[] } = {}
  Error.stackTraceLimit = 8
  Error.prepareStackTrace = (_, sites) => sites
  try {
    Error.captureStackTrace(holder, callee)
    return holder.stack ?? []
  } finally {
    Error.prepareStackTrace = prepareStackTrace
    Error.stackTraceLimit = stackTraceLimit
  }
}

/** What Python would call the module: the file's name without its ending. */
export const moduleOf = (file: string): string => basename(file, extname(file))

export interface OutputSpec {
  name: string
  /** Sub-plugs declared as `parts.a`; the plug then has no others. */
  keys: string[]
}

/** The plugs that `outputs: ['renderings', 'parts.a', 'parts.b']` declares. */
export function readOutputs(declared: readonly string[], who: string): OutputSpec[] {
  const plugs = new Map<string, string[]>()
  for (const text of declared) {
    const { plug, key } = splitPlug(text)
    checkPlugName(plug, who)
    if (key !== null) checkPlugName(key, `${who}.${plug}`)
    const keys = plugs.get(plug)
    if (keys && (key === null || keys.length === 0 || keys.includes(key))) {
      refuseAuthor(`${who} declares the output ${shown(plug)} twice, once whole or twice with the same key (Q45)`)
    }
    plugs.set(plug, [...(keys ?? []), ...(key === null ? [] : [key])])
  }
  return Array.from(plugs, ([name, keys]) => ({ name, keys }))
}

export interface Definition {
  name: string
  file: string
  place: string
  inputs: readonly InputSpec[]
  outputs: readonly OutputSpec[]
  metadata: Raw
  compute: Compute
}

/** One list in a process, whichever copy of this file runs, so the evaluator finds nodes that no one exports. */
const nodes: unique symbol = Symbol.for('backlot.nodes')
const shelf = globalThis as { [nodes]?: Map<string, Definition> }
const definitions = (shelf[nodes] ??= new Map<string, Definition>())

const idOf = (file: string, name: string) => JSON.stringify([file, name])

export function register(definition: Definition): void {
  const { file, name, place } = definition
  const known = definitions.get(idOf(file, name))
  const version = (of: string) => of.replace(/:\d+:\d+$/, '')
  if (known && known.place !== place && version(known.place) === version(place)) {
    refuseAuthor(`${file} defines two nodes called ${shown(name)}; give one function another name`)
  }
  definitions.set(idOf(file, name), definition)
}

export const findDefinition = (file: string, name: string): Definition | undefined => definitions.get(idOf(file, name))

export const definedIn = (file: string): string[] =>
  [...definitions.values()].filter((definition) => definition.file === file).map(({ name }) => name)

/**
 * Calls the node's function with `inputs` (the text of one object) and gives every declared output, in the order of
 * `declared`, cleared first (Q51). What the function throws is thrown; a wrong return is an AuthorError.
 */
export async function compute(
  { compute: run }: Definition,
  inputs: Raw,
  declared: readonly Plug[],
  who: string
): Promise<Plug[]> {
  const returned: unknown = await run(toJs(inputs) as never)
  const outputs = declared.map(({ name, subPlugs }) => ({
    name,
    value: 'null',
    subPlugs: subPlugs.map(({ key }) => ({ key, value: 'null' }))
  }))
  for (const [name, value] of returnedEntries(returned, outputs, who)) store(outputs, name, value, who)
  return outputs
}

const listOf = (plugs: readonly { name: string }[]) => plugs.map(({ name }) => name).join(', ') || 'none'

function returnedEntries(returned: unknown, outputs: readonly Plug[], who: string): [string, unknown][] {
  if (returned === undefined || returned === null) return []
  const proto: unknown = typeof returned === 'object' ? Object.getPrototypeOf(returned) : undefined
  if (typeof returned === 'object' && (proto === Object.prototype || proto === null)) return Object.entries(returned)
  const named = typeof returned === 'object' ? (returned.constructor?.name ?? 'object') : typeof returned
  const kind = Array.isArray(returned) ? 'list' : named
  return refuseAuthor(`${who} returned a ${kind}; a node returns an object with its outputs (${listOf(outputs)})`)
}

function store(outputs: Plug[], name: string, value: unknown, who: string): void {
  const { plug: plugName, key } = splitPlug(name)
  const plug = outputs.find((output) => output.name === plugName)
  if (!plug) {
    return refuseAuthor(`${who} returned ${shown(name)}, which is none of its outputs (${listOf(outputs)}) (Q50)`)
  }
  const text = jsonOf(value ?? null, `the output ${name} of ${who}`)
  if (key === null) storeWhole(plug, text, who)
  else storePart(plug, key, text, who)
}

function storeWhole(plug: Plug, value: Raw, who: string): void {
  const [sub] = plug.subPlugs
  if (sub && value !== 'null') {
    refuseAuthor(
      `${who} returned ${shown(plug.name)} whole, but it has sub-plugs; return each one, ` +
        `${shown(`${plug.name}.${sub.key}`)} and so on (Q46)`
    )
  }
  plug.value = value
}

function storePart(plug: Plug, key: string, value: Raw, who: string): void {
  if (plug.value !== 'null') refuseAuthor(`${who} returned ${shown(plug.name)} whole and in parts (Q45)`)
  checkPlugName(key, `${who}.${plug.name}`)
  const sub = plug.subPlugs.find((known) => known.key === key)
  if (sub) sub.value = value
  else plug.subPlugs.push({ key, value })
}

/** What a plug with sub-plugs is worth as a whole: an object of their values, in their order. */
export const wholeValue = ({ value, subPlugs }: Pick<Plug, 'value' | 'subPlugs'>): Raw =>
  subPlugs.length ? rawObject(subPlugs.map((sub) => [sub.key, sub.value] as const)) : value
