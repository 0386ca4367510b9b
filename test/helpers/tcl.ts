/** Tractor's job files, read by Tcl's own interpreter. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Replay } from '../../src-main/core/export/farm.ts'

let found: boolean | undefined

export function tclsh(): boolean {
  found ??= spawnSync('tclsh', { input: 'exit 0' }).status === 0
  return found
}

export interface TclTask {
  id: string
  title: string
  /** the id of the Task around it; empty at the top */
  parent: string
  /** ids that it has an Instance of */
  instances: string[]
  argv: string[] | null
  service: string
  tags: string
}

export interface TclJob {
  title: string
  priority: string
  /** in the order of the file */
  tasks: TclTask[]
  /** what Tcl said of it; null: it took all of it */
  refused: string | null
}

type Line = [string, ...string[]] | ['command', string, string[], string, string]

/** What Tcl reads in each of the files. */
export function readByTcl(files: readonly string[]): TclJob[] {
  const script = join(import.meta.dirname, '../fixtures/tractor/read.tcl')
  const { stdout, stderr, status } = spawnSync('tclsh', [script, ...files], { encoding: 'utf8', maxBuffer: 1 << 30 })
  if (status !== 0) throw new Error(stderr)
  const jobs: TclJob[] = []
  const byId = new Map<string, TclTask>()
  for (const text of stdout.trimEnd().split('\n')) {
    const [what, ...rest] = JSON.parse(text) as Line
    const [a = '', b = '', c = '', d = ''] = rest as string[]
    if (what === 'file') {
      jobs.push({ title: '', priority: '', tasks: [], refused: null })
      byId.clear()
    }
    const job = jobs.at(-1) as TclJob
    if (what === 'job') Object.assign(job, { title: a, priority: b })
    if (what === 'refused') job.refused = a
    if (what === 'instance') byId.get(a)?.instances.push(b)
    if (what === 'command')
      Object.assign(byId.get(a) as TclTask, { argv: b as unknown as string[], service: c, tags: d })
    if (what !== 'task') continue
    const task = { id: a, title: b, parent: c, instances: [], argv: null, service: '', tags: '' }
    job.tasks.push(task)
    byId.set(a, task)
  }
  return jobs
}

/** The tasks' folders, and what waits for what: a Task's command waits for its Instances, a Task of Tasks for those. */
export function replayOf({ tasks }: TclJob): Replay {
  const folder = (task: TclTask) => task.argv?.[2] as string
  const commands = tasks.filter((task) => task.argv)
  const on = (id: string) => commands.filter((task) => task.id === id || task.parent === id).map(folder)
  const ids = new Set(commands.flatMap((task) => task.instances))
  return {
    tasks: new Map(commands.map((task) => [folder(task), null])),
    waits: [...ids].map((id) => ({
      tasks: commands.filter((task) => task.instances.includes(id)).map(folder),
      on: on(id)
    }))
  }
}
