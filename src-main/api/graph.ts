/** Calls about graphs. */
import { factsText } from '../core/graph/facts.ts'
import { listText } from '../core/graph/text/list.ts'
import { visibleGraph } from '../core/graph/text/visible.ts'
import { pictureText } from '../core/graph/text/picture.ts'
import { referenceText } from '../core/convert/reference.ts'
import type { Graph, Plug } from '../core/graph/model.ts'
import { ok } from '../domain/result.ts'
import { guideComparison } from './guide.ts'
import { hashOf, isCode } from '../core/evaluator/files.ts'
import { readSource } from '../core/evaluator/source.ts'
import type { Input } from '../contract.ts'
import type { Context } from './context.ts'
import { handler, type GraphView } from './handler.ts'
import { convertInput, cycleProblem, load, planned, problemsOf } from './prepare.ts'

export const graphCalls = {
  'graph.show': handler<'graph.show'>()(async (context, { source, as }) => {
    const loaded = await load(context, source)
    if (!loaded.ok) return loaded
    const texts = { facts: factsText, list: listText, picture: pictureText }
    const { graph } = loaded.value
    return ok({ text: texts[as](as === 'facts' ? graph : visibleGraph(graph)) })
  }),

  'graph.notes': handler<'graph.notes'>()(async (context, { source }) => {
    const loaded = await load(context, source)
    return loaded.ok ? ok({ notes: [...loaded.value.notes, ...(loaded.value.graph.notices ?? [])] }) : loaded
  }),

  'graph.view': handler<'graph.view'>()(async (context, { source }) => {
    const loaded = await load(context, source)
    return loaded.ok ? ok(graphView(loaded.value.graph)) : loaded
  }),

  'graph.convert': handler<'graph.convert'>()(async (context, input) => {
    const converted = await convertInput(context, input)
    if (!converted.ok) return converted
    const { job } = converted.value
    return ok({ tasks: planned(job) })
  }),

  /** The job written out with every dependency, in the shape of the golden references. */
  'graph.reference': handler<'graph.reference'>()(async (context, input) => {
    const converted = await convertInput(context, input)
    return converted.ok ? referenceText(converted.value.job) : converted
  }),

  'graph.plan': handler<'graph.plan'>()(async (context, input) => {
    const converted = await convertInput(context, input)
    if (!converted.ok) return converted
    return ok({ tasks: planned(converted.value.job), problems: await problemsOf(context, converted.value) })
  }),

  'graph.preflight': handler<'graph.preflight'>()(async (context, input) => {
    const converted = await convertInput(context, input)
    if (!converted.ok)
      return converted.error.kind === 'cycle' ? ok({ problems: [cycleProblem(converted.error.message)] }) : converted
    return ok({ problems: await problemsOf(context, converted.value) })
  }),

  'graph.guide': handler<'graph.guide'>()(async (context, input) => {
    const converted = await convertInput(context, input)
    return converted.ok ? ok(guideComparison(converted.value.job)) : converted
  }),

  /**
   * Whether a graph may be run, and what that would import; decided from the file's bytes, so nothing of it runs (Q40).
   * `allow`: the user has said yes to this very content.
   */
  'graph.trust': handler<'graph.trust'>()((context, { source, allow }) => trustOf(context, source, allow ?? false))
}

async function trustOf(context: Context, source: Input<'graph.trust'>['source'], allow: boolean) {
  const { store } = context
  if (!('path' in source)) return ok({ code: false, trusted: true, imports: [] })
  const text = readSource(source.path)
  if (!text.ok) return text
  const hash = hashOf(text.value)
  if (allow) store.trust(hash, Date.now())
  const trusted = allow || store.isTrusted(hash)
  if (isCode(source.path)) return ok({ code: true, trusted, imports: [] })
  const loaded = await load(context, source)
  return loaded.ok ? ok({ code: false, trusted, imports: importsOf(loaded.value.graph) }) : loaded
}

/** The modules of a graph's nodes, with their files. */
const importsOf = ({ nodes }: Graph): string[] =>
  [...new Set(nodes.map((n) => `${n.module}${n.fileLocation ? ` (${n.fileLocation})` : ''}`))].sort()

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
