/**
 * A job as every farm gets it: its nodes with their tasks, what waits for what, and the folder of each task. A farm's
 * own file (openjd.ts, opencue.ts …) is written from this and read back into a `Replay` that must say the same.
 */
import { at } from '../../domain/at.ts'
import { frameLinks } from '../../domain/links.ts'
import type { Interpreter } from '../../domain/interpreter.ts'
import type { Problem } from '../../domain/problems.ts'
import type { Raw } from '../../domain/json.ts'
import { caught, take, type Result } from '../../domain/result.ts'
import type { StoredJob, StoredNode } from '../job/stored-job.ts'
import type { JobSettings } from '../../domain/settings.ts'
import { noAssets, unmeasured, type Assets, type Limits } from './measured.ts'
import type { PathRule } from '../../domain/paths.ts'
import type { WorkerSystem } from '../../domain/worker.ts'
import type { Launch } from './told.ts'

export interface FarmTask {
  /** its id in the store */
  id: number
  /** its place in `FarmJob.tasks` */
  index: number
  /** unique in the job (quirk Q11); shown only */
  name: string
  /** null: the whole node */
  batch: number | null
  frames: readonly Raw[] | null
}

/** What a node's tasks wait for in one parent. */
export interface FarmLink {
  parent: FarmNode
  /** per task of the child, in its order, the parent's tasks that it waits for; null: all of them, whichever the task */
  tasks: FarmTask[][] | null
}

/** Batches that a farm can make again by itself: slices of `frames`, each `size` long but the last. */
export interface Chunks {
  /** whole numbers, rising */
  frames: number[]
  size: number
}

export interface FarmNode {
  /** index into the job's nodes in evaluation order; gaps where a node is omitted */
  position: number
  identifier: string
  /** shown only; may stand twice in a job */
  name: string
  interpreter: Interpreter
  priority: number
  /** at least one */
  tasks: FarmTask[]
  parents: FarmLink[]
  /** null: whole, or batches that only their index names */
  chunks: Chunks | null
  /** what one of its tasks may take, from a run here */
  measured: Limits
  /** bytes that one of its tasks may have in memory, as the user said; null: nobody said */
  memory: number | null
  /** a warning in its log fails a task */
  strict: boolean
}

export interface Workers {
  os: WorkerSystem
  /** folders here, and where workers see them */
  paths: readonly PathRule[]
}

/** Nothing is written down of them. */
export const anyWorkers: Workers = { os: 'linux', paths: [] }

export interface FarmJob {
  id: number
  name: string
  settings: JobSettings
  priority: number
  /** parents before children */
  nodes: FarmNode[]
  /** all tasks, node by node */
  tasks: FarmTask[]
  /** what its tasks read and wrote here */
  assets: Assets
  /** what its farm’s machines are */
  workers: Workers
}

/** Seconds after which a task is ended: as the user said, else as it was measured; null: never. */
export const timeLimitOf = (job: FarmJob, node: FarmNode): number | null =>
  job.settings.timeout ?? node.measured.seconds

/** Farms that count whole seconds: a part of one is rounded up, so that nothing ends too early. */
export const wholeSeconds = (seconds: number): number => Math.ceil(seconds)

/** A task's memory in whole MB of 1,048,576 bytes, as farms count it: as the user said, else as it was measured; null: neither. */
export function memoryOf({ memory, measured }: FarmNode): number | null {
  const bytes = memory ?? measured.memory
  return bytes === null ? null : Math.ceil(bytes / 2 ** 20)
}

/** A file of an export: its path below the export's folder, with `/` on every system. */
export interface FarmFile {
  path: string
  text: string
  executable?: boolean
}

/** What a farm's file says, read back: tasks by their folder (`3/1-10`), and who waits for whom. */
export interface Replay {
  /** folder → the frames that the file names for it; null where it names the folder alone */
  tasks: Map<string, readonly string[] | null>
  /** every task of `tasks` waits for every task of `on`; folders */
  waits: { tasks: readonly string[]; on: readonly string[] }[]
}

/** One farm's format. `write` and `problems` are pure; paths in commands start at `root`, the folder's final place. */
export interface Farm {
  /** Its commands are Python's where workers run Windows (`scriptKind`); else they need a shell there, which is said. */
  readonly onWindows?: true
  /** What a task's folder is called below its node's: what the farm hands to the command as the batch. */
  label(node: FarmNode, task: FarmTask): string
  /** Whether the farm keeps a link's frame dependencies; where not, the child waits for the whole parent. */
  keeps(node: FarmNode, link: FarmLink, job: FarmJob): boolean
  /** What the farm cannot carry, will change, or would refuse. An `error` stops the export. */
  problems(job: FarmJob): Problem[]
  files(job: FarmJob, root: string): FarmFile[]
  /** Reads the farm's files in `folder` again. Errors (`input`): what stands there cannot be what we wrote. */
  read(folder: string): Result<Replay>
}

/** The folder of a task below `tasks/`. */
export const folderOf = (farm: Pick<Farm, 'label'>, node: FarmNode, task: FarmTask): string =>
  `${node.position}/${farm.label(node, task)}`

/** The plain label: the batch's number, 0 for a whole node. */
export const batchLabel = (task: FarmTask): string => String(task.batch ?? 0)

/**
 * The script that starts the tasks of a node, below the export's folder; its one argument is the task's folder. `ending`:
 * `py` where workers have no shell.
 */
export const scriptOf = (
  job: FarmJob,
  { interpreter, strict }: Pick<FarmNode, 'interpreter' | 'strict'>,
  ending: 'sh' | 'py' = 'sh'
): string => {
  const i = launchesOf(job).findIndex((one) => one.interpreter === interpreter && one.strict === strict)
  return `commands/${i}.${ending}`
}

/** What is made of a node or a job, once: farms ask for each task. */
export function oncePer<K extends object, V>(make: (of: K) => V): (of: K) => V {
  const known = new WeakMap<K, { made: V }>()
  return (of) => {
    const found = known.get(of) ?? { made: make(of) }
    known.set(of, found)
    return found.made
  }
}

/** What runs a script on the farm's machines. */
export const scriptKind = ({ workers }: Pick<FarmJob, 'workers'>) =>
  workers.os === 'windows'
    ? ({ program: 'python', ending: 'py' } as const)
    : ({ program: '/bin/sh', ending: 'sh' } as const)

/** Every interpreter of the job once, in the order of its nodes. */
export const interpretersOf = oncePer((job: FarmJob): readonly Interpreter[] => [
  ...new Set(job.nodes.map((node) => node.interpreter))
])

/** What the job's scripts run their tasks with, each once, in the order of its nodes. */
export const launchesOf = oncePer((job: FarmJob): readonly Launch[] =>
  interpretersOf(job).flatMap((interpreter) => {
    const own = job.nodes.filter((node) => node.interpreter === interpreter)
    return [...new Set(own.map(({ strict }) => strict))].map((strict) => ({ interpreter, strict }))
  })
)

/** Its interpreter may run at most so many tasks at once. */
export const isLimited = ({ interpreter }: Pick<FarmNode, 'interpreter'>): boolean => interpreter.limit !== null

/** Those that may run at most so many tasks at once. */
export const limitedOf = (job: FarmJob): Interpreter[] => interpretersOf(job).filter((one) => one.limit !== null)

/** A task's place in its node: its batch's number, unless batches before it are omitted. */
export const placeOf = (node: FarmNode, task: FarmTask): number => task.index - (node.tasks[0]?.index ?? 0)

/** Whether each task waits for the one at its own place in the parent, and for no other. */
export const isOneToOne = ({ parent, tasks }: FarmLink): boolean =>
  tasks?.every((own, i) => own.length === 1 && own[0]?.index === parent.tasks[i]?.index) ?? false

/** A problem of one node, or of the whole job where `node` is null. */
export const problem = (node: FarmNode | null, found: Omit<Problem, 'node' | 'name'>): Problem => ({
  ...{ severity: found.severity, code: found.code, node: node?.identifier ?? null, name: node?.name ?? null },
  ...{ message: found.message, remedy: found.remedy }
})

/** What a run here tells of a job: by node, and of its files. */
export interface Measured {
  limits: ReadonlyMap<number, Limits>
  assets: Assets
  workers?: Workers
}

const nothingMeasured: Measured = { limits: new Map(), assets: noAssets }

/** The job of the store for a farm; omitted tasks are left out. Errors: `run` for a missing interpreter. */
export function farmJob(
  job: StoredJob,
  { limits, assets, workers = anyWorkers }: Measured = nothingMeasured
): Result<FarmJob> {
  return caught(() => {
    const states = job.plan.derive()
    const kept = [...job.tasks.values()].filter((task) => states.get(task.id) !== 'omitted')
    const names = uniqueNames(kept.map((task) => task.name))
    const tasks = kept.map(({ id, batch, frames }, index) => ({
      id,
      index,
      name: at(names, index),
      batch,
      frames
    }))
    const ofNode = Map.groupBy(tasks, (task) => job.task(task.id).node)
    const parents = new Map(job.nodes.map((node): [number, FarmNode[]] => [node.position, []]))
    const made = new Map<number, FarmNode>()
    for (const [node, own] of ofNode)
      made.set(node.position, { ...farmNode(job, node, own), measured: limits.get(node.position) ?? unmeasured })
    for (const { parent, child } of job.links) {
      const above = made.get(parent)
      if (above) parents.get(child)?.push(above)
    }
    const nodes = [...made.values()].sort((a, b) => a.position - b.position)
    for (const node of nodes) node.parents = (parents.get(node.position) ?? []).map((above) => linkOf(job, above, node))
    return { id: job.id, name: job.name, settings: job.settings, priority: job.priority, nodes, tasks, assets, workers }
  })
}

function farmNode(job: StoredJob, node: StoredNode, tasks: FarmTask[]): Omit<FarmNode, 'measured'> {
  const interpreter = take(job.interpreterOf(job.task(at(tasks, 0).id)))
  const { position, identifier, name, priority } = node
  const memory = job.memoryLimitOf({ node })?.bytes ?? null
  const strict = job.settings.strict || node.strict()
  return {
    position,
    identifier,
    name,
    interpreter,
    priority,
    tasks,
    parents: [],
    chunks: chunksOf(tasks),
    memory,
    strict
  }
}

function linkOf(job: StoredJob, parent: FarmNode, child: FarmNode): FarmLink {
  const links = frameLinks(parent.tasks, child.tasks, at(job.nodes, child.position).dependency)
  const tasks = links?.map((link) => (link === 'all' ? parent.tasks : link.map((i) => at(parent.tasks, i))))
  return { parent, tasks: tasks ?? null }
}

/** As JavaScript writes it again: -0 is not 0 to Python. */
const wholeNumber = /^(?!-0$)-?\d{1,15}$/

/** The batches as slices of one rising list of whole numbers; null where they are none. */
export function chunksOf(tasks: readonly FarmTask[]): Chunks | null {
  const size = tasks[0]?.frames?.length ?? 0
  const odd = tasks.some(({ frames }, i) =>
    i < tasks.length - 1 ? frames?.length !== size : !frames?.length || frames.length > size
  )
  const raw = tasks.flatMap((task) => task.frames ?? [])
  if (size === 0 || odd || !raw.every((frame) => wholeNumber.test(frame))) return null
  const frames = raw.map(Number)
  return frames.every((frame, i) => i === 0 || frame > at(frames, i - 1)) ? { frames, size } : null
}

/**
 * Each name where nobody before has it, else with a number that makes it one of its own. `keyOf`: what two names may not
 * share.
 */
export function uniqueNames(
  names: readonly string[],
  numbered = (name: string, n: number) => `${name} (${n})`,
  keyOf = (name: string) => name
): string[] {
  const taken = new Set<string>()
  const next = new Map<string, number>()
  return names.map((name) => {
    let unique = name
    for (let n = next.get(name) ?? 2; taken.has(keyOf(unique)); n++) {
      unique = numbered(name, n)
      next.set(name, n + 1)
    }
    taken.add(keyOf(unique))
    return unique
  })
}
