/** environment and network: what the result depends on, proven by giving it back. */
import type { Finding } from '../../../domain/rehearsal.ts'
import { answers } from '../addresses.ts'
import { differenceText } from '../compare.ts'
import { failure, first, grouped, listed, who, type Hit, type JobEvidence, type TaskEvidence } from './evidence.ts'
import { hitsOf } from './private.ts'

const proof = (task: TaskEvidence): string[] => [
  ...failure(task),
  ...(task.worker?.differs ?? []).slice(0, 3).map(differenceText)
]

export const hostName = 'HOSTNAME'
const userName = 'USER'

export function environment(job: JobEvidence): Finding[] {
  const hits = job.tasks.flatMap((task): Hit[] => {
    const { variables = [], host = false, user = false } = task.back ?? {}
    const named = [...variables, ...(host ? [hostName] : []), ...(user ? [userName] : [])]
    return named.length
      ? [
          {
            task,
            variables: [...new Set(named)],
            evidence: [`with ${named.join(', ')} set it is the same`, ...proof(task)]
          }
        ]
      : []
  })
  return grouped(
    hits,
    ({ variables }) => JSON.stringify(variables),
    (own) => {
      const names = own[0]?.variables ?? []
      const isHost = names.includes(hostName)
      const isUser = own.every(({ task }) => task.back?.user)
      return {
        ...{ kind: 'environment', severity: 'error' },
        message: isHost
          ? `the result of ${who(own)} depends on the machine’s name; a worker has another one`
          : isUser
            ? `the result of ${who(own)} depends on who runs it; a worker runs as another user`
            : `the result of ${who(own)} depends on ${listed(names)} in your environment; a worker does not have it`,
        remedy: isHost
          ? 'do not let the result depend on the machine’s name'
          : isUser
            ? 'do not let the result depend on the user’s name, or give it as an input'
            : `set ${listed(names)} in the interpreter’s entry, or give the value as an input (what workers have is said in backlot.worker.yaml)`
      }
    }
  )
}

/** Addresses that a task of the job listened on. */
function served(job: JobEvidence): readonly string[] {
  const known =
    servedKept.get(job) ??
    job.tasks.flatMap(({ author }) => author.accesses.filter(({ how }) => how === 'listen').map(({ what }) => what))
  servedKept.set(job, known)
  return known
}
const servedKept = new WeakMap<JobEvidence, readonly string[]>()

/** What a task connected to, servers of the job itself left out. */
export function connectsOf(job: JobEvidence, task: TaskEvidence): string[] {
  const own = served(job)
  const reached = task.author.accesses.filter(
    ({ how, what, marks }) =>
      how === 'connect' && !marks?.includes('refused') && !own.some((bound) => answers(bound, what))
  )
  return [...new Set(reached.map(({ what }) => what))]
}

export function network(job: JobEvidence): Finding[] {
  const hits = job.tasks.flatMap((task): Hit[] => {
    if (!task.back?.network) return []
    const addresses = connectsOf(job, task)
    return addresses.length
      ? [{ task, addresses, evidence: [`${task.name} connected to ${first(addresses)}`, ...proof(task)] }]
      : []
  })
  return grouped(
    hits,
    ({ addresses }) => JSON.stringify(addresses),
    (own) => {
      const address = first(own.flatMap(({ addresses }) => addresses ?? []))
      const isLocal = /^(?:127\.|\[::1\]|\/|@)/.test(address)
      return {
        ...{ kind: 'network', severity: 'error' },
        message: isLocal
          ? `${who(own)} asks a service on your own machine (${address}); a worker has none`
          : `${who(own)} asks ${address}; the worker’s profile does not allow it`,
        remedy: isLocal
          ? 'name the studio’s server, and fail where it does not answer'
          : 'list it under hosts in backlot.worker.yaml if workers reach it, and fail where it does not answer'
      }
    }
  )
}

/**
 * A task that fails on a worker is an error also where nobody knows why: it would fail on the farm. `told`: what else was
 * found; what is the same once others' work is given back, or fails, is in one of them or here.
 */
export function unexplained(job: JobEvidence, told: readonly Finding[]): Finding[] {
  const errors = told.filter(({ severity }) => severity === 'error')
  const [tasks, paths] = [new Set(errors.flatMap((one) => one.tasks)), new Set(errors.flatMap((one) => one.paths))]
  // what is wrong with a file is said once, also where it is read
  const isTold = ({ name, author }: TaskEvidence) =>
    tasks.has(name) || author.accesses.some(({ how, what }) => how === 'read' && paths.has(what))
  const isKnown = (task: TaskEvidence) => hitsOf(job, task).some(({ severity }) => severity === 'error')
  const isLeft = (task: TaskEvidence) => (task.back?.layers || task.worker?.failed) && !isTold(task)
  const hits = job.tasks
    .filter((task) => (task.back?.unexplained && !isKnown(task)) || isLeft(task))
    .map((task): Hit => ({
      task,
      paths: (task.worker?.differs ?? []).flatMap(({ what, name }) => (what === 'file' ? [name] : [])),
      evidence: [...proof(task), ...(task.worker?.lastLines ?? [])]
    }))
  return grouped(
    hits,
    ({ task }) => JSON.stringify([task.node, task.back?.layers ?? false]),
    (own) => ({
      ...{ kind: 'unexplained', severity: own.some(({ task }) => task.worker?.failed) ? 'error' : 'warning' },
      ...(own[0]?.task.back?.layers ? withAll(own) : withNothing(own))
    })
  )
}

const withNothing = (own: readonly Hit[]): Pick<Finding, 'message' | 'remedy'> => ({
  message: `${who(own)} gives another result on a worker, and nothing that was given back made it the same`,
  remedy: 'compare the evidence; the two results are named there'
})

const withAll = (own: readonly Hit[]): Pick<Finding, 'message' | 'remedy'> => ({
  message: `${who(own)} gives the same result only where it sees what all tasks before it wrote, and nothing makes it wait for them`,
  remedy: `connect the tasks whose files it needs to ${who(own)}`
})
