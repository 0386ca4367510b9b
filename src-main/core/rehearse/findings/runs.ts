/** fails-here, process-left, memory, not-deterministic, not-repeatable: how runs ended and what a second one gave. */
import { dirname } from 'node:path'
import { bytesText } from '../../../domain/durations.ts'
import type { Finding } from '../../../domain/rehearsal.ts'
import { differenceText, type Difference } from '../compare.ts'
import type { LeftProcess } from '../left.ts'
import { first, grouped, pathsOf, who, type Hit, type JobEvidence } from './evidence.ts'
import { inputHits } from './files.ts'

export const failsHere = (job: JobEvidence): Finding[] =>
  grouped(
    job.tasks
      .filter(({ author }) => author.failed !== null)
      .map((task): Hit => ({ task, evidence: [task.author.failed ?? '', ...task.author.lastLines] })),
    ({ task }) => task.node,
    (hits) => ({
      ...{ kind: 'fails-here', severity: 'error' },
      message: `${who(hits)} fails on this machine already`,
      remedy: 'see its log: backlot log TASK'
    })
  )

const isTalkedTo = (job: JobEvidence, { listens }: LeftProcess): boolean =>
  job.tasks.some(({ author }) => author.accesses.some(({ how, what }) => how === 'connect' && listens.includes(what)))

export function processLeft(job: JobEvidence): Finding[] {
  const hits = job.tasks.flatMap((task) =>
    task.author.left.map((one): Hit => {
      const counts = one.listens.length > 0 || one.holds.length > 0 || isTalkedTo(job, one)
      const does = [...one.listens.map((a) => `listens on ${a}`), ...one.holds.map((p) => `holds ${p} open`)]
      return {
        ...{ task, severity: counts ? 'error' : 'warning', addresses: one.listens, paths: one.holds },
        evidence: [`${task.name} left ${one.command} running${does.length ? `: it ${does.join(', ')}` : ''}`]
      }
    })
  )
  return grouped(
    hits,
    ({ task, severity }) => JSON.stringify([task.node, severity]),
    (own) => ({
      ...{ kind: 'process-left', severity: own[0]?.severity ?? 'warning' },
      message: `${who(own)} leaves a process running when it ends; farms end it with the task, or count it against the next one`,
      remedy: 'end what the task starts before it returns'
    })
  )
}

export function memory(job: JobEvidence): Finding[] {
  const { memory: limit } = job
  if (limit === null) return []
  const hits = job.tasks
    .filter(({ author }) => (author.peakMemory ?? 0) > limit)
    .map((task): Hit => ({ task, evidence: [`${task.name} had ${bytesText(task.author.peakMemory ?? 0)} in memory`] }))
  return grouped(
    hits,
    ({ task }) => task.node,
    (own) => ({
      ...{ kind: 'memory', severity: 'error' },
      message: `${who(own)} needs more memory than a worker has (${bytesText(limit)})`,
      remedy: 'split it into smaller batches, or ask for larger workers'
    })
  )
}

const pathsIn = (found: readonly Difference[]): string[] =>
  found.flatMap(({ what, name }) => (what === 'file' ? [name] : []))

/** Where names differ, the folders that hold them come first: the names will be others next time. */
function namesIn(found: readonly Difference[]): string[] {
  const names = found.filter(({ what, left, right }) => what === 'file' && (left === null || right === null))
  const paths = names.map(({ name }) => name)
  const outer = paths.filter((path) => !paths.some((other) => path.startsWith(`${other}/`)))
  return [...new Set(outer.map((path) => dirname(path))), ...pathsIn(found)]
}

/** Whether only pixels differ: renderers with random samples do that. */
const onlyPixels = (found: readonly Difference[]): boolean => found.every(({ left }) => left === 'other pixels')

export const notDeterministic = (job: JobEvidence): Finding[] =>
  grouped(
    job.tasks
      .filter(({ random }) => random.length > 0)
      .map((task): Hit => ({
        ...{ task, paths: namesIn(task.random), evidence: task.random.slice(0, 4).map(differenceText) },
        severity: onlyPixels(task.random) ? 'warning' : 'error'
      })),
    ({ task, severity }) => JSON.stringify([task.node, severity]),
    (hits) => {
      const isPixels = hits[0]?.severity === 'warning'
      const path = first(pathsOf(hits))
      return {
        ...{ kind: 'not-deterministic', severity: hits[0]?.severity ?? 'error' },
        message: isPixels
          ? `${who(hits)} renders other pixels each time (${path}); a frame that is rendered again will not match its neighbours`
          : `${who(hits)} gives another result each time it runs${path ? ` (${path})` : ''}`,
        remedy: isPixels ? 'give it a fixed seed' : 'decide names, seeds and times once, upstream, and hand them on'
      }
    }
  )

export function notRepeatable(job: JobEvidence): Finding[] {
  const inputs = new Set(pathsOf(inputHits(job)))
  const hits = job.tasks.flatMap((task) =>
    task.again.flatMap(({ how, differs, lastLines }): Hit[] => {
      const found = differs.filter(({ what, name }) => what !== 'file' || !inputs.has(name))
      if (found.length === 0 || (inputs.size > 0 && pathsIn(differs).some((path) => inputs.has(path)))) return []
      const failed = found.some(({ what }) => what === 'end')
      const when = how === 'again' ? 'run a second time' : 'killed while it was writing and run again'
      return [
        {
          task,
          paths: pathsIn(found),
          evidence: [when, ...found.slice(0, 4).map(differenceText), ...(failed ? lastLines : [])]
        }
      ]
    })
  )
  return grouped(
    hits,
    ({ task, evidence }) => JSON.stringify([task.node, evidence?.[0]]),
    (own) => {
      const isKilled = own[0]?.evidence?.[0]?.startsWith('killed') ?? false
      const path = first(pathsOf(own))
      return {
        ...{ kind: 'not-repeatable', severity: 'error' },
        message: isKilled
          ? `killed in the middle and queued again, ${who(own)} takes what it had half written for done${path ? ` (${path})` : ''}`
          : `run again, as after a lost worker, ${who(own)} gives another result${path ? ` (${path})` : ''}`,
        remedy: isKilled
          ? 'write to a private name and rename it when done'
          : 'write whole files, and let a second run find what the first one made without harm'
      }
    }
  )
}

export const warmState = (job: JobEvidence): Finding[] =>
  grouped(
    job.tasks
      .filter(({ warm, random }) => warm.length > 0 && random.length === 0)
      .map((task): Hit => ({ task, paths: pathsIn(task.warm), evidence: task.warm.slice(0, 4).map(differenceText) })),
    ({ task }) => task.node,
    (hits) => ({
      ...{ kind: 'warm-state', severity: 'error' },
      message: `${who(hits)} gives another result in a session in which other tasks ran before it`,
      remedy:
        'reset what a task leaves behind in the process (open scene, globals, settings), or start the interpreter cold'
    })
  )
