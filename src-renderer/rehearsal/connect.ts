/** The line that would connect two nodes, where it can be known which plugs it has to name. Pure. */
import type { OutputView } from '../../src-main/api.ts'
import { filesOfPattern, frameIn } from '../../src-main/domain/frame-pattern.ts'
import { textsIn, type Raw } from '../../src-main/domain/json.ts'
import type { ViewEdge, ViewNode } from '../graph/card.ts'

/** Values in a graph's picture end so where they were cut: no JSON any more. */
const isCut = (value: Raw): boolean => value.endsWith('…')

/** Whether a plug's value names one of the paths, itself or as a pattern. The folder it lies in is no name of it. */
function names(value: Raw, paths: readonly string[]): boolean {
  const texts = isCut(value) ? [] : textsIn(value)
  return paths.some((path) => {
    const frame = frameIn(path)
    return texts.some((text) => filesOfPattern(text, frame === null ? [] : [frame]).includes(path))
  })
}

const only = <T>(list: readonly T[]): T | null => (list.length === 1 ? (list[0] ?? null) : null)

/** The output whose written value names the path; the only one where the node has no other. */
function outputOf(node: ViewNode, written: readonly OutputView[], paths: readonly string[]): string | null {
  const plain = node.outputs.filter(({ subs }) => subs.length === 0).map(({ name }) => name)
  const naming = written.filter((one) => one.identifier === node.identifier && names(one.value, paths))
  const found = plain.filter((name) => naming.some(({ output }) => output === name))
  return only(found) ?? (node.outputs.length === 1 ? only(plain) : null)
}

/** The input that nothing is connected to and whose value names the path. */
function inputOf(node: ViewNode, wired: ReadonlySet<string>, paths: readonly string[]): string | null {
  const free = node.inputs.filter(({ name, subs }) => subs.length === 0 && !wired.has(name))
  return only(free.filter(({ value }) => names(value, paths)).map(({ name }) => name))
}

const quoted = (text: string): string => JSON.stringify(text)

export interface Ends {
  from: { index: number; node: ViewNode }
  to: { index: number; node: ViewNode }
  edges: readonly ViewEdge[]
  written: readonly OutputView[]
  paths: readonly string[]
}

/**
 * flowpipe's line, `graph["A"].outputs["x"].connect(graph["B"].inputs["y"])`; for a graph in TypeScript, ours. Null
 * where either plug is a guess: a wrong line is worse than none.
 */
export function connectLine({ from, to, edges, written, paths }: Ends, source: string): string | null {
  const wired = new Set(edges.filter((edge) => edge.to.node === to.index).map((edge) => edge.to.plug))
  const output = outputOf(from.node, written, paths)
  const input = inputOf(to.node, wired, paths)
  if (output === null || input === null) return null
  if (/\.[mc]?[jt]s$/.test(source))
    return `${variable(from.node.name)}.output(${quoted(output)}).connect(${variable(to.node.name)}.input(${quoted(input)}))`
  const [a, b] = [`graph[${quoted(from.node.name)}]`, `graph[${quoted(to.node.name)}]`]
  return `${a}.outputs[${quoted(output)}].connect(${b}.inputs[${quoted(input)}])`
}

/** What a node made in code is called there nobody knows; its own name is the best reminder. */
const variable = (name: string): string => name.replace(/[^\w$]+/g, '_').replace(/^(?=\d)/, '_')
