/**
 * How a graph lies in its file. flowpipe's JSON is one object, but people keep it in others: in a list, under a key, as
 * text in JSON. What can only be meant one way is read, with a notice; else the refusal says what the file is.
 */
import {
  itemsOf,
  kindOf,
  memberOf,
  membersOf,
  rawArray,
  rawObject,
  rawText,
  textOf,
  type Raw
} from '../../domain/json.ts'
import { checkJson, textBehind } from '../../domain/json-check.ts'
import type { Problem } from '../../domain/problems.ts'
import { refuse } from '../../domain/result.ts'
import { shown } from './names.ts'
import { firstOf, noticeOf } from './notices.ts'
import { oddText, valuesIn } from './odd-text.ts'

/** flowpipe's own object, or what of the file comes nearest to it. */
export interface Unwrapped {
  root: Raw
  notices: Problem[]
}

/** Nobody wraps a graph more often. */
const mostWraps = 5

/** `name`: of a graph whose file holds nodes alone. A Refusal where the text is no JSON, or holds several graphs. */
export function unwrapped(text: string, name: string): Unwrapped {
  const { root, notices } = parsed(text)
  return unwrap({ root, notices }, name, mostWraps)
}

function parsed(text: string): Unwrapped {
  const body = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  const json = checkJson(body)
  if (json.ok) return { root: json.value, notices: [] }
  const values = json.error.message.endsWith(textBehind) ? valuesIn(body) : null
  if (values) return { root: rawArray(values), notices: [] }
  return refuse('input', oddText(body, json.error))
}

function unwrap(found: Unwrapped, name: string, left: number): Unwrapped {
  if (left === 0) return found
  const { root } = found
  switch (kindOf(root)) {
    case 'string':
      return ofText(found, name, left)
    case 'array':
      return ofList(found, name, left)
    case 'object':
      return ofObject(found, name, left)
    default:
      return found
  }
}

/** A graph that was written as JSON twice: the file holds a text that holds it. */
function ofText(found: Unwrapped, name: string, left: number): Unwrapped {
  const inner = checkJson(textOf(found.root))
  if (!inner.ok || !(isHolder(inner.value) || kindOf(inner.value) === 'string')) return found
  const notice = noticed(
    'it was written as JSON twice (json.dump of a text that is JSON)',
    'dump graph.to_json() itself'
  )
  return unwrap({ root: inner.value, notices: [...found.notices, notice] }, name, left - 1)
}

function ofList(found: Unwrapped, name: string, left: number): Unwrapped {
  const items = itemsOf(found.root).map(ownText)
  const graphs = items.filter(isGraph)
  if (graphs.length > 1) return refuseSeveral(graphs)
  const [graph] = graphs
  if (graph !== undefined && items.length === 1) {
    const notice = noticed('its graph stands in a list', 'write the graph itself')
    return unwrap({ root: graph, notices: [...found.notices, notice] }, name, left - 1)
  }
  return items.length && items.every(isNode) ? ofNodes(found, items, { name, what: 'a list of nodes' }) : found
}

function ofObject(found: Unwrapped, name: string, left: number): Unwrapped {
  const members = membersOf(found.root)
  const nodes = members.findLast(({ key }) => key === 'nodes')
  if (nodes) return withNodeList(found, nodes.value)
  if (members.some(({ key }) => key === 'identifier') || members.length === 0) return found
  const values = members.map(({ value }) => ownText(value))
  if (values.every(isNode)) return ofNodes(found, values, { name, what: 'a mapping of nodes by their identifiers' })
  const graphs = values.filter(isGraph)
  if (graphs.length > 1) return refuseSeveral(graphs)
  const inner = graphs[0] ?? (values.length === 1 ? values[0] : undefined)
  if (inner === undefined || !isHolder(inner)) return found
  const key = members[values.indexOf(inner)]?.key ?? ''
  const notice = noticed(`its graph stands under the key ${shown(key)}`, 'write the graph itself')
  return unwrap({ root: inner, notices: [...found.notices, notice] }, name, left - 1)
}

/** A graph whose `nodes` are a mapping. */
function withNodeList(found: Unwrapped, nodes: Raw): Unwrapped {
  if (kindOf(nodes) !== 'object') return found
  const records = membersOf(nodes).map(({ value }) => value)
  if (records.length === 0 || !records.every(isNode)) return found
  const root = rawObject(
    membersOf(found.root).map(({ key, value }) => [key, key === 'nodes' ? rawArray(records) : value] as const)
  )
  const notice = noticed('its nodes are a mapping by their identifiers', 'write them as a list, as flowpipe does')
  return { root, notices: [...found.notices, notice] }
}

function ofNodes(found: Unwrapped, nodes: Raw[], { name, what }: { name: string; what: string }): Unwrapped {
  const root = graphOfNodes(name, nodes)
  const notice = noticed(
    `it is ${what}, not a graph: its ${nodes.length} nodes were read as one graph called ${shown(name)}`,
    'write the whole graph: json.dump(graph.to_json(), file)'
  )
  return { root, notices: [...found.notices, notice] }
}

/** flowpipe's JSON of a graph that has these nodes' records. */
export const graphOfNodes = (name: string, nodes: readonly Raw[]): Raw =>
  rawObject([
    ['module', rawText('flowpipe.graph')],
    ['cls', rawText('Graph')],
    ['name', rawText(name)],
    ['nodes', rawArray(nodes)],
    ['subgraphs', '[]']
  ])

const noticed = (message: string, remedy: string): Problem =>
  noticeOf({
    severity: 'warning',
    code: 'graph-shape',
    message: `the file is not as flowpipe writes it: ${message}`,
    remedy
  })

function refuseSeveral(graphs: readonly Raw[]): never {
  const names = graphs.map((graph) => shown(textIn(graph, 'name') ?? ''))
  return refuse(
    'input',
    `the file holds ${graphs.length} graphs (${firstOf(names)}); write each one to a file of its own`
  )
}

/** A text that is JSON of an object or a list stands for that. */
function ownText(raw: Raw): Raw {
  if (kindOf(raw) !== 'string') return raw
  const inner = checkJson(textOf(raw))
  return inner.ok && isHolder(inner.value) ? inner.value : raw
}

const isHolder = (raw: Raw): boolean => kindOf(raw) === 'object' || kindOf(raw) === 'array'

function textIn(raw: Raw, key: string): string | null {
  const value = memberOf(raw, key)
  return value !== undefined && kindOf(value) === 'string' ? textOf(value) : null
}

/** Whether this is one node's record. */
export const isNode = (raw: Raw): boolean =>
  kindOf(raw) === 'object' && textIn(raw, 'identifier') !== null && memberOf(raw, 'inputs') !== undefined

/** Whether this is a graph of flowpipe's. */
export function isGraph(raw: Raw): boolean {
  if (kindOf(raw) !== 'object') return false
  const nodes = memberOf(raw, 'nodes')
  return nodes !== undefined && isHolder(nodes)
}
