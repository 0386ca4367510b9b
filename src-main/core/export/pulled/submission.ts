/** What submit.sh wrote down of a submission: `runs/RUN/submission.txt`, a line a fact, its name first. */
import { readdirSync, readFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { refuse } from '../../../domain/result.ts'
import { runsFolder } from '../script.ts'
import { notedProcess, type NotedProcess } from './noted-process.ts'
import { isFile, isThere, wholeLines } from './readable.ts'

export const submissionFile = 'submission.txt'

export interface Submission {
  /** its folder below `runs/`; null: nobody submitted, the tasks lie beside their task files */
  run: string | null
  /** the export's folder */
  folder: string
  /** the folder that holds `tasks/` */
  root: string
  format: string | null
  /** ms since 1970 */
  at: number | null
  /** it was interrupted or refused before all of it was submitted */
  stopped: boolean
  user: string | null
  /** the machine it was submitted on */
  host: string | null
  /** what runs all of it, where that is a process of that machine; null: a farm does */
  client: NotedProcess | null
  /** where the farm keeps its logs */
  logs: string | null
  /** what the farm calls the whole of it */
  name: string | null
  ids: string[]
  /** the client's options that say where it is, as `--farm-id` */
  options: Map<string, string>
  /** Slurm's arrays: tasks from the place `first` of a node on */
  arrays: { node: number; first: number; id: string }[]
  /** OpenCue's layers, by the node's position */
  layers: Map<number, string>
  /** Deadline's jobs, by the node's position */
  jobs: Map<number, string>
}

const nothing = (folder: string, root = folder): Submission => ({
  ...{ run: null, folder, root, format: null, at: null, stopped: false, user: null, host: null },
  ...{ client: null, logs: null, name: null },
  ...{ ids: [], options: new Map(), arrays: [], layers: new Map(), jobs: new Map() }
})

/** The submission that is meant: the one of this name, else the newest, else what was run by hand. Throws (`usage`): there is none of that name. */
export function submissionOf(folder: string, run: string | undefined): Submission {
  const all = submissionsIn(folder)
  if (run === undefined) return all.at(-1) ?? nothing(folder)
  const found = all.find((one) => one.run === run)
  const known = all.map((one) => one.run).join(', ')
  return found ?? refuse('usage', `${folder} has no submission ${run}; it has ${known === '' ? 'none' : known}`)
}

/** Oldest first. */
export function submissionsIn(folder: string): Submission[] {
  const runs = join(folder, runsFolder)
  const names = isThere(runs) ? readdirSync(runs) : []
  return names
    .filter((name) => isFile(join(runs, name, submissionFile)))
    .map((name) => readSubmission(folder, name))
    .sort((a, b) => (a.at ?? 0) - (b.at ?? 0) || (a.run ?? '').localeCompare(b.run ?? ''))
}

function readSubmission(folder: string, run: string): Submission {
  const root = join(folder, runsFolder, run)
  const made = { ...nothing(folder, root), run }
  const lines = wholeLines(readFileSync(join(root, submissionFile), 'utf8'))
  made.stopped = lines.includes('stopped')
  for (const line of lines) {
    const [, fact = '', value = ''] = /^(\w+) (.*)$/.exec(line) ?? []
    take(made, fact, value)
  }
  made.at ??= momentIn(run)
  return made
}

/** When it began, by its name, where its record was cut off before it says so. */
function momentIn(run: string): number | null {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-\d+$/.exec(run) ?? []
  const at = y === undefined ? NaN : Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`)
  return Number.isNaN(at) ? null : at
}

/** Facts that are not known, of a newer Backlot, say nothing. */
function take(made: Submission, fact: string, value: string): void {
  const [first = '', second = '', third = ''] = value.split(' ')
  if (fact === 'farm') made.format = value
  else if (fact === 'at' && /^\d{1,15}$/.test(value)) made.at = Number(value)
  else if (fact === 'user') made.user = value
  else if (fact === 'host') made.host = value
  else if (fact === 'client') made.client = notedProcess(value)
  else if (fact === 'name') made.name = value
  else if (fact === 'logs') made.logs = isAbsolute(value) ? value : join(made.root, value)
  else if (fact === 'id') made.ids.push(value)
  else if (fact === 'option') made.options.set(first, value.slice(first.length + 1))
  else if (fact === 'array') made.arrays.push({ node: Number(first), first: Number(second), id: third })
  else if (fact === 'layer') made.layers.set(Number(first), second)
  else if (fact === 'job') made.jobs.set(Number(first), second)
}

/** `3/1012`: the node's position, and what the farm calls the task of it; NaN where that is no number. */
function partsOf(folder: string): { node: number; place: number } {
  const [, node, place] = /^(\d+)\/(\d+)$/.exec(folder) ?? []
  return { node: Number(node), place: Number(place) }
}

/** The array and the index of a task's folder (`3/1012`), as Slurm has them; null: it is in none. */
export function elementOf({ arrays }: Submission, folder: string): { id: string; index: number } | null {
  const { node, place } = partsOf(folder)
  const own = arrays.filter((one) => one.node === node && one.first <= place).sort((a, b) => b.first - a.first)[0]
  return own ? { id: own.id, index: place - own.first } : null
}

/** The frame of a task's folder as cuebot names it, `0001-layer`; null: it is in no layer. */
export function frameOf({ layers }: Submission, folder: string): string | null {
  const { node, place } = partsOf(folder)
  const layer = layers.get(node)
  return layer === undefined || Number.isNaN(place) ? null : `${String(place).padStart(4, '0')}-${layer}`
}
