/**
 * What a node's function declares. Its inputs are read from the parameter's pattern in the function's own source text,
 * so nothing is declared twice; flowpipe inspects Python's signature in the same way.
 */
import {
  parseExpressionAt,
  type ArrowFunctionExpression,
  type AssignmentProperty,
  type Expression,
  type FunctionExpression,
  type Pattern,
  type RestElement
} from 'acorn'
import { shown, splitPlug } from '../names.ts'
import type { Compute, InputSpec, OutputSpec } from './definition.ts'
import { keyOf, literalOf } from './literal.ts'
import { checkPlugName } from './plug.ts'
import { refuseAuthor } from './refusal.ts'

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

/** The plugs that `outputs: ['renderings', 'parts.a', 'parts.b']` declares. */
export function readOutputs(declared: readonly string[], who: string): OutputSpec[] {
  const plugs = new Map<string, string[]>()
  for (const text of declared) {
    const { plug, key } = splitPlug(text)
    checkPlugName(plug, who)
    if (key !== null) checkPlugName(key, `${who}.${plug}`)
    const keys = plugs.get(plug)
    if (keys && (key === null || keys.length === 0 || keys.includes(key))) {
      refuseAuthor(`${who} declares the output ${shown(plug)} twice, once whole or twice with the same key`)
    }
    plugs.set(plug, [...(keys ?? []), ...(key === null ? [] : [key])])
  }
  return Array.from(plugs, ([name, keys]) => ({ name, keys }))
}
