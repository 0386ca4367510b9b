/** fails-here, process-left, memory, not-deterministic, not-repeatable: how runs ended and what a second one gave. */
import { dirname } from 'node:path'
import { bytesText } from '../../../domain/durations.ts'
import type { Finding } from '../../../domain/rehearsal.ts'
import { differenceText, type Difference } from '../compare.ts'
import type { LeftProcess } from '../left.ts'
import { first, grouped, pathsOf, who, type Hit, type JobEvidence, type SecondRun } from './evidence.ts'
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

const isStuck = ({ how, differs, inTheWay }: SecondRun): boolean =>
  how === 'killed' && inTheWay.length > 0 && differs.some(({ what }) => what === 'end')

/** What a second run may come to, and what to say of it. */
const secondRuns: readonly {
  fits: (run: SecondRun) => boolean
  how: string
  says: (who: string, named: string) => string
  remedy: string
}[] = [
  {
    fits: ({ how }) => how === 'again',
    how: 'run a second time',
    says: (who, named) => `run again, as after a lost worker, ${who} gives another result${named}`,
    remedy: 'write whole files, and let a second run find what the first one made without harm'
  },
  {
    fits: isStuck,
    how: 'killed while it was writing and run again',
    says: (who, named) =>
      `killed in the middle and queued again, ${who} fails: what it left behind is in its way${named}`,
    remedy: 'take a lock that ends with its process (flock), or let the next run take over one that is left'
  },
  {
    fits: (run) => run.how === 'killed' && !isStuck(run),
    how: 'killed while it was writing and run again',
    says: (who, named) =>
      `killed in the middle and queued again, ${who} takes what it had half written for done${named}`,
    remedy: 'write to a private name and rename it when done'
  }
]

export function notRepeatable(job: JobEvidence): Finding[] {
  const inputs = new Set(pathsOf(inputHits(job)))
  return secondRuns.flatMap(({ fits, how, says, remedy }) => {
    const hits = job.tasks.flatMap((task) =>
      task.again.filter(fits).flatMap((run): Hit[] => {
        const { differs, lastLines } = run
        const found = differs.filter(({ what, name }) => what !== 'file' || !inputs.has(name))
        if (found.length === 0 || pathsIn(differs).some((path) => inputs.has(path))) return []
        const failed = found.some(({ what }) => what === 'end')
        const left = isStuck(run) ? run.inTheWay : []
        const behind = left.map((path) => `it left ${path} behind`)
        const evidence = [how, ...behind, ...found.slice(0, 4).map(differenceText), ...(failed ? lastLines : [])]
        const paths = pathsIn(found)
        return [{ task, paths: left.length ? left : paths.length ? paths : run.met, evidence }]
      })
    )
    return grouped(
      hits,
      ({ task }) => task.node,
      (own) => {
        const path = first(pathsOf(own))
        const message = says(who(own), path ? ` (${path})` : '')
        return { ...{ kind: 'not-repeatable', severity: 'error' }, message, remedy }
      }
    )
  })
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
