/** The guide's own converter beside ours, as people see it. */
import type { Job } from '../core/convert/convert.ts'
import { rangeText } from '../domain/frames.ts'
import { guideNodes, guideVerdict, type GuideLoss, type GuideNode } from '../core/convert/guide.ts'
import type { Raw } from '../domain/json.ts'

interface Side {
  tasks: number
  /** frames of the first batches, printed; empty for a whole node */
  batches: string[]
}

export interface GuideRow {
  identifier: string
  name: string
  graph: string
  ours: Side
  guide: Side
  /** printed; null where none is lost */
  lostFrames: string | null
  losses: GuideLoss[]
}

/** More batches than a person reads are counted only. */
const mostBatches = 8

export function guideComparison(job: Job): { verdict: string; nodes: GuideRow[] } {
  const nodes = guideNodes(job)
  return { verdict: guideVerdict(nodes), nodes: nodes.map(rowOf) }
}

const rowOf = ({ node, ours, guide, lostFrames, losses }: GuideNode): GuideRow => ({
  identifier: node.node.identifier,
  name: node.node.name,
  graph: node.graphName,
  ours: sideOf(ours),
  guide: sideOf(guide),
  lostFrames: lostFrames.length ? rangeText(lostFrames) : null,
  losses
})

function sideOf(tasks: readonly { frames: readonly Raw[] | null }[]): Side {
  const batches = tasks.slice(0, mostBatches).flatMap(({ frames }) => (frames ? [rangeText(frames)] : []))
  return { tasks: tasks.length, batches }
}
