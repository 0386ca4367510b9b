/** The same tasks in one warm interpreter, one after the other, as its entry asks for: each has to give what it gave alone. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readResult } from '../attempt/result.ts'
import { judge } from '../attempt/end.ts'
import { RemoteProcess } from '../process/remote-process.ts'
import { Session } from '../process/session.ts'
import { SessionLog } from '../process/session-log.ts'
import { poolOf, type Scripts } from '../run/pools.ts'
import { differences, real, type Difference } from './compare.ts'
import { readLayer, upperName, workName, type Layer } from './layers.ts'
import type { Performed } from './performed.ts'
import { bareCommand } from './room.ts'
import type { Stage } from './stay.ts'
import type { Visitor } from './visiting.ts'

/** seconds in which a session has to be there */
const startTimeout = 300

/** A warm interpreter's tasks, in order. */
export interface WarmGroup {
  key: string
  tasks: Performed[]
}

export interface SessionOptions {
  stage: Stage
  scripts: Scripts
  visitor: Visitor
  performed: readonly Performed[]
  /** where the author's tasks start */
  cwd: string
}

/** The tasks that share a warm interpreter with others. */
export function warmGroups({ performed, scripts, cwd }: SessionOptions): WarmGroup[] {
  const warm = performed.flatMap((one) => {
    const pool = one.result && poolOf(one.interpreter, { cwd, folder: null, startTimeout }, scripts)
    return pool?.mode === 'session' ? [{ key: pool.key, one }] : []
  })
  return [...Map.groupBy(warm, ({ key }) => key)]
    .map(([key, own]) => ({ key, tasks: own.map(({ one }) => one) }))
    .filter(({ tasks }) => tasks.length > 1)
}

/** All that was there before the first of them, and what any of them waits for. */
function belowOf({ tasks }: WarmGroup, performed: readonly Performed[]): Layer[] {
  const own = new Set(tasks)
  const first = tasks[0]?.index ?? 0
  const needed = new Set(tasks.flatMap(({ ancestors }) => [...ancestors]))
  return performed
    .filter((one) => !own.has(one) && (one.index < first || needed.has(one.task.id)))
    .map(({ stayed }) => stayed.layer)
    .reverse()
}

/** What differs of each task from its own run in a process of its own. */
export async function inOneSession(options: SessionOptions, group: WarmGroup): Promise<Map<Performed, Difference[]>> {
  const { stage, visitor } = options
  const id = ++stage.count
  const folder = join(stage.scratch, 's')
  mkdirSync(folder, { recursive: true })
  const below = belowOf(group, options.performed)
  const from = Date.now()
  const session = await startSession(options, { group, id, folder, below })
  const ended = new Map<Performed, Awaited<RemoteProcess['ended']>>()
  for (const one of group.tasks) {
    const request = requestFor(one, folder, options.cwd)
    const run = new RemoteProcess(request, { shared: true, prefetched: false })
    session.send(run, request)
    ended.set(one, await run.ended)
  }
  await session.close()
  const ran = { from, to: Date.now() }
  const layer = readLayer(id, { scratch: stage.scratch, roots: stage.places.roots, below, made: [], begun: new Set() })
  const view = [layer, ...below]
  const found = new Map<Performed, Difference[]>()
  for (const one of group.tasks) {
    const end = ended.get(one) ?? { kind: 'lost' as const }
    const result = () => readResult(join(folder, `${one.task.id}.result.json`))
    const judged = judge({ end, kill: null, result, said: null })
    const warm = { result: judged.result, reason: judged.verdict.reason, view, tokens: visitor.tokens, ran }
    found.set(one, real(differences(visitor.author(one), warm, ownPaths(one, group, options))))
  }
  return found
}

/** What it alone wrote. */
function ownPaths(one: Performed, { tasks }: WarmGroup, { visitor, performed }: SessionOptions): string[] {
  const others = [...tasks, ...performed].filter((other) => other !== one)
  return [...visitor.paths([one.stayed], new Set())].filter(
    (path) => !others.some(({ stayed }) => stayed.layer.changes.has(path))
  )
}

function requestFor(one: Performed, folder: string, cwd: string) {
  const base = join(folder, String(one.task.id))
  writeFileSync(`${base}.task.json`, one.file)
  writeFileSync(`${base}.log`, '')
  return { task: `${base}.task.json`, log: `${base}.log`, pid: `${base}.pid`, cwd, env: {} }
}

async function startSession(
  { stage, scripts, cwd }: SessionOptions,
  { group, id, folder, below }: { group: WarmGroup; id: number; folder: string; below: readonly Layer[] }
): Promise<Session> {
  const { places, scratch, dataDir, tools } = stage
  const own = join(scratch, 'r', String(id))
  mkdirSync(join(own, 'data'), { recursive: true })
  places.roots.forEach((_, i) => {
    for (const name of [upperName(id, i), workName(id, i)]) mkdirSync(join(scratch, name), { recursive: true })
  })
  const lowers = await stage.stacks.lowers(below)
  const first = group.tasks[0]
  const pool = first && poolOf(first.interpreter, { cwd, folder: null, startTimeout }, scripts)
  const { name = '', setup = '', reset = '' } = first?.interpreter ?? {}
  return new Session(
    {
      ...{ mode: 'session', cwd, folder, number: id, graceMs: 2000, name, code: { setup, reset } },
      ...{ startMs: startTimeout * 1000, log: new SessionLog(join(folder, `${id}.log`)) },
      command: (args) => {
        const { argv, env } = pool?.session.command(args) ?? { argv: [], env: {} }
        const layers = {
          lowers,
          upper: (root: number) => upperName(id, root),
          work: (root: number) => workName(id, root)
        }
        const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
        const room = {
          places,
          dataDir,
          folders: { scratch, own },
          namespace: tools.namespace ?? [],
          layers,
          cwd,
          uid,
          gid
        }
        return { argv: bareCommand({ ...room, argv }), env }
      }
    },
    {
      ...{ over: nothing, gone: nothing, slow: nothing, stuck: nothing },
      again: gone,
      alone: gone,
      unfit: gone,
      never: (runs) => runs.forEach(gone)
    }
  )
}

const nothing = (): void => undefined
const gone = (run: RemoteProcess): void => run.end({ kind: 'gone' })
