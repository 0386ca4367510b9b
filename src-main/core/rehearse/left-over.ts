/** Files from an earlier run in a folder that a task lists: does its result hang on them? */
import { join } from 'node:path'
import { real, differences } from './compare.ts'
import { foldersWritten, isNamed, type JobEvidence, type TaskEvidence } from './findings/evidence.ts'
import { namesIn, seenAt } from './layers.ts'
import type { Performed } from './performed.ts'
import { stay, type Stage } from './stay.ts'
import type { Visited, Visitor } from './visiting.ts'

/** more than these are not hidden one by one */
const most = 2000

/** Files that were there before the job in folders that it writes to and this task lists, and that nobody names. */
export function leftOvers(job: JobEvidence, task: TaskEvidence): string[] {
  const folders = foldersWritten(job)
  const listed = task.author.accesses.filter(({ how, what, own }) => how === 'list' && own && folders.has(what))
  const written = new Set(job.tasks.flatMap(({ author }) => [...author.changes.keys()]))
  const found = listed.flatMap(({ what }) => namesIn(what, []).map((name) => join(what, name)))
  const isLeft = (path: string) =>
    seenAt(path, [])?.kind === 'file' && !written.has(path) && !job.tasks.some((one) => isNamed(one, path))
  return [...new Set(found)].filter(isLeft).slice(0, most)
}

interface Asked {
  one: Performed
  room: Visited
  ignored: ReadonlySet<string>
}

/** Whether the task gives another result in a room without these files. */
export async function hangsOn(
  stage: Stage,
  visitor: Visitor,
  asked: Asked,
  paths: readonly string[]
): Promise<boolean> {
  const { one, room, ignored } = asked
  const hidden = await stay(stage, {
    ...{ below: [], worker: visitor.worker, argv: ['rm', '-f', '--', ...paths], env: visitor.environment() },
    ...{ cwd: '/', log: join(stage.scratch, 'logs', 'hidden.log'), taskText: null, allOwn: true },
    ...{ inject: null, localize: [], limitMs: 60_000 }
  })
  const without = await visitor.visit(one, { over: [hidden.layer] })
  const both = visitor.paths([room.stayed, without.stayed], new Set([...ignored, ...paths]))
  return real(differences(room, without, both)).length > 0
}
