/** Frames and batches that lose something or come out otherwise than elsewhere. */
import { absentFrames, rangeText } from '../../../domain/frames.ts'
import type { Raw } from '../../../domain/json.ts'
import { frameLinks } from '../../../domain/links.ts'
import { at } from '../../../domain/at.ts'
import { cutMiddle } from '../../../domain/visible.ts'
import type { Problem } from '../../../domain/problems.ts'
import { shown } from '../../graph/names.ts'
import type { Job, JobNode } from '../convert.ts'
import { guideBatchesOf } from '../guide.ts'
import { about, runs, type PreflightInput } from './input.ts'

export function frameProblems(node: JobNode): Problem[] {
  if (!runs(node)) return []
  const { batching } = node
  if (batching.kind === 'deferred') {
    const message =
      'its frames come from upstream: it is batched when they are known, so the number of tasks is not known yet'
    return [about(node, { severity: 'info', code: 'deferred', message, remedy: 'none needed' })]
  }
  if (batching.kind !== 'batched') return []
  const { frames, size } = batching
  if (frames.length === 0) {
    return [
      about(node, {
        severity: 'error',
        code: 'no-frames',
        message: 'it is batched but has no frames, so it would run nothing and pass null on',
        remedy: 'give it frames, or omit it'
      })
    ]
  }
  return [...lostByGuide(node, frames, size), ...repeated(node, frames), ...undeclaredMerge(node, frames, size)]
}

/** Frames that were asked for and that no node has; of those that upstream gives nobody knows yet. */
export function absentProblems({ job, frames: wanted }: PreflightInput): Problem[] {
  const batchings = job.nodes.map(({ batching }) => batching)
  if (wanted === null || batchings.some(({ kind }) => kind === 'deferred')) return []
  const rendered = batchings.flatMap((batching) => (batching.kind === 'batched' ? batching.frames : []))
  const absent = absentFrames(wanted, rendered)
  if (absent.length === 0) return []
  const message = `no node has frame ${cutMiddle(rangeText(absent), longestRange)}, which --frames asks for: nothing of it is rendered`
  return [
    about(null, {
      severity: 'warning',
      code: 'frames-absent',
      message,
      remedy: 'leave it out, or give the nodes that frame'
    })
  ]
}

/** characters */
const longestRange = 60

/** The guide's own converter stops one frame short (Q02), and with it the write-back (Q03). */
function lostByGuide(node: JobNode, frames: readonly Raw[], size: number): Problem[] {
  const kept = guideBatchesOf(frames, size).reduce((sum, batch) => sum + batch.length, 0)
  if (kept === frames.length) return []
  const message = `the guide's own converter loses frame ${rangeText(frames.slice(kept))} here, and with it every result of this node`
  return [
    about(node, {
      severity: 'warning',
      code: 'guide-loses-frames',
      message,
      remedy: 'none needed here: Backlot renders it; check what your farm scripts do'
    })
  ]
}

function repeated(node: JobNode, frames: readonly Raw[]): Problem[] {
  const seen = new Set<Raw>()
  const twice = [...new Set(frames.filter((frame) => seen.size === seen.add(frame).size))]
  if (twice.length === 0) return []
  const message = `frame ${rangeText(twice.slice(0, 5))} is listed more than once and is rendered each time`
  return [about(node, { severity: 'warning', code: 'frames-repeated', message, remedy: 'list each frame once' })]
}

function undeclaredMerge(node: JobNode, frames: readonly Raw[], size: number): Problem[] {
  if (node.merge !== null || frames.length <= size) return []
  const message = `its batches' outputs become one by what they hold: equal values stay, lists are joined, objects merged; mixed types become a list of ${Math.ceil(frames.length / size)} values`
  return [
    about(node, {
      severity: 'info',
      code: 'merge-undeclared',
      message,
      remedy: 'say metadata.merge (same, concat, object, list or last) to decide it yourself'
    })
  ]
}

/** Frame dependencies whose batches share no frame with their upstream wait for all of it. */
export function linkProblems(job: Job): Problem[] {
  return job.nodes
    .filter((node) => runs(node) && node.dependency === 'frame')
    .flatMap((node) =>
      (job.parents[node.index] ?? []).flatMap((parent) => {
        const tasksOf = (index: number) => job.tasks.filter((t) => t.node === index)
        const above = at(job.nodes, parent)
        const frames = new Set(tasksOf(parent).flatMap((t) => t.frames ?? []))
        const links = frameLinks(tasksOf(parent), tasksOf(node.index), 'frame')
        if (!links || frames.size === 0) return []
        const missing = tasksOf(node.index)
          .flatMap((t) => t.frames ?? [])
          .filter((f) => !frames.has(f))
        if (missing.length === 0) return []
        const message = `it waits by frame for ${shown(above.node.name)}, which does not make frame ${rangeText(missing.slice(0, 5))}`
        return [
          about(node, {
            severity: 'warning',
            code: 'frames-unmatched',
            message,
            remedy: `give both the same frames, or remove metadata.dependency`
          })
        ]
      })
    )
}
