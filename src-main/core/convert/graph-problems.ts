/** What the graph itself gives rise to, before anything runs: how its file was read, equal names, values that JSON loses. */
import { at } from '../../domain/at.ts'
import type { Problem } from '../../domain/problems.ts'
import { plugText, type GraphNode, type Plug } from '../graph/model.ts'
import { shown } from '../graph/names.ts'
import { firstOf, noticeOf } from '../graph/notices.ts'
import type { Job, JobNode } from './convert.ts'

export function graphProblems(job: Job): Problem[] {
  const isOf = ({ node }: Problem) => node === null || job.nodes.some((one) => one.node.identifier === node)
  return [
    ...(job.graph.notices ?? []).filter(isOf),
    ...equalNames(job),
    ...job.nodes.flatMap((node) => (node.omit ? [] : [...wholeAndParts(node, job), ...lookedAt(node, job)]))
  ]
}

/** One for each name: flowpipe goes by it, and finds the first node alone. */
function equalNames({ graph, nodes }: Job): Problem[] {
  const nameOf = ({ graphNode }: JobNode) => at(graph.nodes, graphNode).name
  const sharing = Map.groupBy(nodes, (node) => JSON.stringify([node.node.graph, nameOf(node)]))
  return [...sharing.values()].flatMap((group) => {
    const [first] = group
    if (!first || group.length < 2) return []
    const tasks = group.map(({ node }) => `${shown(node.name)} is ${node.identifier}`)
    const message = `${group.length} nodes of ${shown(first.graphName)} are called ${shown(nameOf(first))}; their tasks are numbered: ${firstOf(tasks)}`
    const remedy = 'give each node a name of its own; flowpipe finds the first alone by name'
    return [noticeOf({ severity: 'warning', code: 'names-equal', message, remedy })]
  })
}

/** Outputs that go on whole though they have sub-plugs: flowpipe's JSON keeps the sub-plugs alone (Q46). */
function wholeAndParts({ node, graphNode }: JobNode, { graph }: Job): Problem[] {
  const isWhole = (plug: Plug) =>
    graph.edges.some(({ from }) => from.node === graphNode && from.plug === plug.name && from.key === null)
  return node.outputs
    .filter((plug) => plug.subPlugs.length > 0 && isWhole(plug))
    .map((plug) => {
      const parts = firstOf(plug.subPlugs.map(({ key }) => plugText({ plug: plug.name, key })))
      const message = `its output ${plug.name} goes on whole and has the sub-plugs ${parts}: what is returned whole goes on whole here, as in flowpipe's memory; evaluated from its JSON (processes, a farm) flowpipe hands on the sub-plugs alone`
      const remedy = 'none needed here; for flowpipe itself return the parts, or do not touch the sub-plugs'
      return noticeOf({ severity: 'warning', code: 'whole-and-parts', message, remedy }, node)
    })
}

/** Inputs whose sub-plugs hold nothing and are fed by nothing: to look at one hides the input's own value (Q44). */
function lookedAt({ node, graphNode }: JobNode, { graph }: Job): Problem[] {
  const isFed = (plug: Plug) => graph.edges.some(({ to }) => to.node === graphNode && to.plug === plug.name)
  const isEmpty = (plug: Plug) => plug.subPlugs.length > 0 && plug.subPlugs.every(({ value }) => value === 'null')
  return node.inputs.filter((plug) => isEmpty(plug) && !isFed(plug)).map((plug) => inputHidden(node, plug))
}

function inputHidden(node: GraphNode, { name, subPlugs }: Plug): Problem {
  const parts = firstOf(subPlugs.map(({ key }) => plugText({ plug: name, key })))
  const message = `its input ${name} has sub-plugs that hold nothing (${parts}): to look at one, as in inputs[${shown(name)}]["…"], hides the input's own value, which flowpipe's JSON then lacks`
  const remedy = `set the parts (--set ${node.name}.${name}.KEY=VALUE), or write the graph without looking at them`
  return noticeOf({ severity: 'warning', code: 'input-hidden', message, remedy }, node)
}
