/** Calls about graphs. */
import { factsText } from '../core/graph/facts.ts'
import { listText } from '../core/graph/text/list.ts'
import { pictureText } from '../core/graph/text/picture.ts'
import { referenceText } from '../core/convert/reference.ts'
import type { Graph, Plug } from '../core/graph/model.ts'
import { ok } from '../domain/result.ts'
import { guideComparison } from './guide.ts'
import { handler, type GraphView } from './handler.ts'
import { convertInput, cycleProblem, load, planned, problemsOf } from './prepare.ts'

export const graphCalls = {
  'graph.show': handler<'graph.show'>()(async (context, { source, as }) => {
    const loaded = await load(context, source)
    if (!loaded.ok) return loaded
    const texts = { facts: factsText, list: listText, picture: pictureText }
    return ok({ text: texts[as](loaded.value.graph) })
  }),

  'graph.view': handler<'graph.view'>()(async (context, { source }) => {
    const loaded = await load(context, source)
    return loaded.ok ? ok(graphView(loaded.value.graph)) : loaded
  }),

  'graph.convert': handler<'graph.convert'>()(async (context, input) => {
    const converted = await convertInput(context, input)
    if (!converted.ok) return converted
    return ok({ tasks: planned(converted.value.job) })
  }),

  /** The job written out with every dependency, in the shape of the golden references. */
  'graph.reference': handler<'graph.reference'>()(async (context, input) => {
    const converted = await convertInput(context, input)
    return converted.ok ? referenceText(converted.value.job) : converted
  }),

  'graph.plan': handler<'graph.plan'>()(async (context, input) => {
    const converted = await convertInput(context, input)
    if (!converted.ok) return converted
    return ok({ tasks: planned(converted.value.job), problems: await problemsOf(context, converted.value.job) })
  }),

  'graph.preflight': handler<'graph.preflight'>()(async (context, input) => {
    const converted = await convertInput(context, input)
    if (!converted.ok)
      return converted.error.kind === 'cycle' ? ok({ problems: [cycleProblem(converted.error.message)] }) : converted
    return ok({ problems: await problemsOf(context, converted.value.job) })
  }),

  'graph.guide': handler<'graph.guide'>()(async (context, input) => {
    const converted = await convertInput(context, input)
    return converted.ok ? ok(guideComparison(converted.value.job)) : converted
  }),

  /** What running the graph would import, and whether the user has allowed that before (Q40). */
  'graph.trust': handler<'graph.trust'>()(async (context, { source }) => {
    const loaded = await load(context, source)
    if (!loaded.ok) return loaded
    const { graph, trustHash } = loaded.value
    const imports = [
      ...new Set(graph.nodes.map((n) => `${n.module}${n.fileLocation ? ` (${n.fileLocation})` : ''}`))
    ].sort()
    return ok({ imports, trusted: context.store.isTrusted(trustHash) })
  })
}

const plugView = ({ name, value, subPlugs }: Plug) => ({
  name,
  value: short(value),
  subs: subPlugs.map((s) => ({ key: s.key, value: short(s.value) }))
})

/** A picture shows no more of a value than fits a tooltip. */
const short = (value: string) => (value.length > 400 ? `${value.slice(0, 399)}…` : value)

function graphView(graph: Graph): GraphView {
  return {
    name: graph.name,
    graphs: graph.graphs.map((g) => g.name),
    nodes: graph.nodes.map((node) => ({
      identifier: node.identifier,
      name: node.name,
      graph: node.graph,
      className: node.className,
      module: node.module,
      file: node.fileLocation,
      omit: node.omit,
      metadata: node.metadata,
      inputs: node.inputs.map(plugView),
      outputs: node.outputs.map(plugView)
    })),
    edges: graph.edges.map(({ from, to }) => ({ from: { ...from }, to: { ...to } }))
  }
}
