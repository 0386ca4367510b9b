/** A graph as flowpipe's JSON again. */
import { formatJson, membersOf, rawArray, rawObject, rawText, type Raw } from '../../domain/json.ts'
import { at } from '../../domain/at.ts'
import type { Graph, Promotion } from './model.ts'

const rawPromotion = (promotion: Promotion): Raw => {
  const one = (p: { node: string; plug: string }) =>
    rawObject([
      ['node', rawText(p.node)],
      ['plug', rawText(p.plug)]
    ])
  return 'group' in promotion ? rawObject([['group', rawArray(promotion.group.map(one))]]) : one(promotion)
}

/** The `backlot` member: what flowpipe's JSON cannot say. Empty text where there is nothing to say. */
function extensionOf(graph: Graph): Raw | null {
  const omit = graph.nodes.filter((node) => node.omit).map((node) => rawText(node.identifier))
  const promoted = graph.graphs
    .filter(({ promoted: p }) => p.inputs.length + p.outputs.length > 0)
    .map(({ name, promoted: p }) => {
      const side = (list: [string, Promotion][]) =>
        rawObject(list.map(([key, plug]) => [key, rawPromotion(plug)] as const))
      return [
        name,
        rawObject([
          ['inputs', side(p.inputs)],
          ['outputs', side(p.outputs)]
        ])
      ] as const
    })
  const members: [string, Raw][] = []
  if (promoted.length) members.push(['promoted', rawObject(promoted)])
  if (omit.length) members.push(['omit', rawArray(omit)])
  return members.length ? rawObject(members) : null
}

/** flowpipe's text for the graph: `write(read(x))` is x again, white space as json.dump(indent=2) lays it out. */
export function writeGraph(graph: Graph): string {
  if (graph.shape === 'node') return formatJson(at(graph.nodes, 0).record, 2)
  const nodesOf = (index: number) => rawArray(graph.nodes.filter((n) => n.graph === index).map((n) => n.record))
  const subgraphs = graph.graphs.slice(1).map((scope, i) => withMembers(scope.header, { nodes: nodesOf(i + 1) }))
  const extension = extensionOf(graph)
  return formatJson(
    withMembers(at(graph.graphs, 0).header, {
      nodes: nodesOf(0),
      subgraphs: rawArray(subgraphs),
      ...(extension === null ? {} : { backlot: extension })
    }),
    2
  )
}

/** The object with these members' values exchanged in place; those that it lacks are left out, except `backlot`. */
function withMembers(header: Raw, values: Record<string, Raw>): Raw {
  const members = membersOf(header)
    .filter(({ key }) => key !== 'backlot')
    .map(({ key, value }) => [key, values[key] ?? value] as const)
  return rawObject(values.backlot === undefined ? members : [...members, ['backlot', values.backlot] as const])
}
