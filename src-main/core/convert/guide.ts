/**
 * What the guide's own converter (convert_graph_to_job of flowpipe's farm guide) makes of a job's nodes, beside ours, and
 * what is lost by it. Its behaviour was reproduced by running it: the quirks' numbers are those of the golden quirks.json.
 */
import { counted } from '../../domain/counts.ts'
import { at } from '../../domain/at.ts'
import { shown } from '../graph/names.ts'
import { kindOf, memberOf, rawText, textOf, type Raw } from '../../domain/json.ts'
import { plugText, type Edge } from '../graph/model.ts'
import type { Job, JobNode, JobTask } from './convert.ts'
import { rangeText } from '../../domain/frames.ts'

/** What the guide's own converter makes of the same frames: it stops one short and loses the last (Q02). */
export function guideBatchesOf(frames: readonly Raw[], size: number): Raw[][] {
  const batches: Raw[][] = []
  const last = frames.length - 1
  for (let i = 0; i < last; i += size) batches.push(frames.slice(i, i + size > last ? frames.length : i + size))
  return batches
}

export interface GuideTask {
  name: string
  frames: readonly Raw[] | null
}

export const lossKinds = ['stops', 'node', 'frames', 'results', 'waits', 'names', 'values', 'omit'] as const
export interface GuideLoss {
  kind: (typeof lossKinds)[number]
  quirk: string
  message: string
}

export interface GuideNode {
  node: JobNode
  ours: JobTask[]
  guide: GuideTask[]
  lostFrames: Raw[]
  losses: GuideLoss[]
}

/** Nodes in evaluation order. */
export function guideNodes(job: Job): GuideNode[] {
  const ours = Map.groupBy(job.tasks, (task) => task.node)
  const found = job.nodes.map((node): GuideNode => {
    const guide = guideTasks(node, at(job.graph.nodes, node.graphNode).name)
    const own = ours.get(node.index) ?? []
    return { node, ours: own, guide, lostFrames: lostFrames(own, guide), losses: [] }
  })
  const taken = namesTaken(found)
  const incoming = Map.groupBy(job.graph.edges, (edge) => edge.to.node)
  for (const one of found) {
    const parents = (job.parents[one.node.index] ?? []).map((i) => at(found, i))
    const edges = incoming.get(one.node.graphNode) ?? []
    one.losses.push(...stops(one, parents), ...framesLost(one), ...waitsLost(one, parents))
    one.losses.push(...namesDoubled(one, taken), ...valuesLost(one, edges), ...omitLost(one))
  }
  return found
}

/** The guide converts the nodes of the graph itself alone (Q15). */
const isInRoot = ({ node }: JobNode) => node.graph === 0

/** `name`: as flowpipe has it, which two nodes may share. */
function guideTasks(node: JobNode, name: string): GuideTask[] {
  const { inputs } = node.node
  if (!isInRoot(node)) return []
  if (node.batching.kind === 'whole') return [{ name, frames: null }]
  if (node.batching.kind === 'deferred') return []
  const value = inputs.find((plug) => plug.name === 'frames')?.value ?? 'null'
  // a range text is cut into its characters (Q13)
  const frames = kindOf(value) === 'string' ? [...textOf(value)].map(rawText) : node.batching.frames
  // i / batch_size is a float on Python 3 (Q10)
  return guideBatchesOf(frames, node.batching.size).map((batch, i) => ({ name: `${name}-${i}.0`, frames: batch }))
}

function lostFrames(ours: readonly JobTask[], guide: readonly GuideTask[]): Raw[] {
  const left = new Map<Raw, number>()
  for (const frame of guide.flatMap((task) => task.frames ?? [])) left.set(frame, (left.get(frame) ?? 0) + 1)
  return ours
    .flatMap((task) => task.frames ?? [])
    .filter((frame) => {
      const count = left.get(frame) ?? 0
      left.set(frame, count - 1)
      return count <= 0
    })
}

/** Where it raises, and so makes no job at all. */
function stops({ node }: GuideNode, parents: readonly GuideNode[]): GuideLoss[] {
  if (!isInRoot(node)) return [{ kind: 'node', quirk: 'Q15', message: 'not converted: it is in another graph' }]
  const stop = (quirk: string, message: string): GuideLoss[] => [{ kind: 'stops', quirk, message }]
  if (node.batching.kind === 'deferred') return stop('Q14', 'raises TypeError: its frames are not known yet')
  const named = memberOf(node.node.metadata, 'interpreter')
  if (named !== undefined && named !== '"python"' && named !== '"maya"')
    return stop('Q12', `raises AttributeError: it knows no interpreter ${named.slice(0, 60)}`)
  const outside = parents.find((parent) => !isInRoot(parent.node))
  if (outside) return stop('Q15', `raises KeyError: ${shown(outside.node.node.name)} is in another graph`)
  return []
}

function framesLost({ node, ours, guide, lostFrames: lost }: GuideNode): GuideLoss[] {
  if (lost.length === 0 || !isInRoot(node) || node.batching.kind !== 'batched') return []
  const all = ours.flatMap((task) => task.frames ?? [])
  const text = kindOf(node.node.inputs.find((plug) => plug.name === 'frames')?.value ?? 'null') === 'string'
  const losses: GuideLoss[] = [
    text
      ? { kind: 'frames', quirk: 'Q13', message: 'its range text is cut into characters: no frame of it is rendered' }
      : { kind: 'frames', quirk: 'Q02', message: `frame ${rangeText(lost)} is in no task` }
  ]
  if (guide.some((task) => task.frames?.at(-1) === all.at(-1))) return losses
  // outputs are written back by the batch that ends with the last frame
  return [
    ...losses,
    { kind: 'results', quirk: 'Q03', message: 'no batch writes its outputs back: downstream reads null' }
  ]
}

function waitsLost({ node }: GuideNode, parents: readonly GuideNode[]): GuideLoss[] {
  if (!isInRoot(node)) return []
  return parents
    .filter((parent) => isInRoot(parent.node) && parent.guide.length < parent.ours.length)
    .map(({ node: { node }, ours, guide }) => ({
      kind: 'waits',
      quirk: 'Q02',
      message: `waits for ${guide.length === 0 ? 'no task' : guide.length} of the ${ours.length} of ${shown(node.name)}`
    }))
}

function namesTaken(nodes: readonly GuideNode[]): Map<string, number> {
  const taken = new Map<string, number>()
  for (const { name } of nodes.flatMap(({ guide }) => guide)) taken.set(name, (taken.get(name) ?? 0) + 1)
  return taken
}

/** Its dependencies go by name: of two tasks with one name nobody can wait for the right one. */
function namesDoubled({ guide }: GuideNode, taken: ReadonlyMap<string, number>): GuideLoss[] {
  const twice = guide.find(({ name }) => (taken.get(name) ?? 0) > 1)
  return twice ? [{ kind: 'names', quirk: 'Q11', message: `another task is called ${shown(twice.name)} too` }] : []
}

function valuesLost({ node }: GuideNode, edges: readonly Edge[]): GuideLoss[] {
  if (!isInRoot(node)) return []
  const named = (list: readonly Edge[]) =>
    `${shown(plugText(at(list, 0).to))}${list.length > 1 ? ` and ${list.length - 1} more` : ''}`
  const compound = edges.filter((edge) => edge.to.key !== null)
  const sub = edges.filter((edge) => edge.from.key !== null && edge.to.key === null)
  const losses: GuideLoss[] = []
  if (compound.length)
    losses.push({
      kind: 'values',
      quirk: 'Q06',
      message: `${named(compound)} stays null: compound inputs are not resolved`
    })
  if (sub.length)
    losses.push({ kind: 'values', quirk: 'Q07', message: `${named(sub)} crashes it: it comes from a sub-output` })
  return losses
}

function omitLost({ node, guide }: GuideNode): GuideLoss[] {
  if (!node.omit || guide.length === 0) return []
  return [{ kind: 'omit', quirk: 'Q36', message: 'runs although it is omitted' }]
}

/** One sentence. */
export function guideVerdict(nodes: readonly GuideNode[]): string {
  const of = (kind: GuideLoss['kind']) => nodes.filter(({ losses }) => losses.some((loss) => loss.kind === kind))
  // tasks are made in the graph's order; dependencies, whose graphs may be others, come after them
  const stop = of('stops').sort((a, b) => rank(a) - rank(b) || a.node.graphNode - b.node.graphNode)[0]
  const reason = stop?.losses.find((loss) => loss.kind === 'stops')?.message
  if (stop) return `The guide's converter makes no job of this graph: at ${shown(stop.node.node.name)} it ${reason}.`
  const frames = nodes.reduce((sum, node) => sum + node.lostFrames.length, 0)
  const lost = [
    some(of('node').length, 'node'),
    some(frames, 'frame'),
    some(of('results').length, "node's results", "nodes' results"),
    some(of('waits').length, "node's dependencies", "nodes' dependencies"),
    some(of('values').length, "node's inputs", "nodes' inputs")
  ].filter((text) => text !== '')
  const names = some(of('names').length, 'node whose tasks share names', 'nodes whose tasks share names')
  if (lost.length === 0 && names === '') return "The guide's converter makes the same tasks of this graph."
  const loses = lost.length ? `loses ${joined(lost)}` : ''
  return `The guide's converter ${joined([loses, names && `has ${names}`].filter((text) => text !== ''))}.`
}

const rank = ({ losses }: GuideNode) => (losses.some(({ kind, quirk }) => kind === 'stops' && quirk === 'Q15') ? 1 : 0)

/** Nothing, where there are none. */
const some = (count: number, one: string, many?: string) => (count === 0 ? '' : counted(count, one, many))

const joined = (parts: readonly string[]) =>
  parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
