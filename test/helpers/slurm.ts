/** A Slurm of files: what submit.sh submits to it, and a run of that in the order that the dependencies leave. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { FarmJob, Replay } from '../../src-main/core/export/farm.ts'
import { slurm as writer } from '../../src-main/core/export/slurm.ts'
import { scratch } from './app.ts'
import { writtenFor } from './farms.ts'

const bin = join(import.meta.dirname, '../fixtures/slurm')

export interface SlurmArray {
  id: string
  first: number
  last: number
  dependencies: { type: 'afterok' | 'aftercorr'; id: string }[]
  options: Readonly<Record<string, string>>
  /** sbatch keeps a copy: what stands in the file later does not count */
  script: string
  args: string[]
}

export interface Slurm {
  /** what a user has in the environment */
  env: Record<string, string | undefined>
  /** what was submitted, in that order */
  arrays(): SlurmArray[]
}

/** A farm with these licences that takes so many arrays. */
export function slurm(licences: readonly string[] = [], most = 1_000_000): Slurm {
  const folder = scratch()
  const jobs = join(folder, 'jobs')
  mkdirSync(jobs)
  writeFileSync(join(folder, 'licences'), licences.map((one) => `${one}\n`).join(''))
  writeFileSync(join(folder, 'most'), `${most}\n`)
  writeFileSync(join(folder, 'count'), '0\n')
  return {
    env: { ...process.env, PATH: `${bin}:${process.env.PATH ?? ''}`, FAKE_SLURM: folder },
    arrays: () =>
      readdirSync(jobs)
        .sort((a, b) => Number(a) - Number(b))
        .map((id) => arrayIn(join(jobs, id), id))
  }
}

/** What the fake sbatch wrote down, a file for each option. */
function arrayIn(folder: string, id: string): SlurmArray {
  const options = Object.fromEntries(
    readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')])
  )
  const { array = '', dependency = '', script = '', args = '', ...rest } = options
  const [first = NaN, last = NaN] = array.split('-').map(Number)
  const dependencies = dependency.split(',').flatMap((one) => {
    const [type, ...ids] = one.split(':')
    return ids.map((id) => ({ type: type as 'afterok' | 'aftercorr', id }))
  })
  return { id, first, last, dependencies, options: rest, script, args: args.split('\0').slice(0, -1) }
}

/** A job's scripts alone, in a new folder or a given one. */
export const scriptsOf = (job: FarmJob): string => writtenFor(writer, job)

/** Runs submit.sh of an export from another folder. */
export function submitted(farm: Slurm, folder: string, ...options: string[]) {
  const { stdout, stderr, status } = spawnSync('sh', [join(folder, 'submit.sh'), ...options], {
    cwd: '/',
    env: farm.env,
    encoding: 'utf8'
  })
  return { stdout, stderr, status }
}

const indices = ({ first, last }: SlurmArray) => Array.from({ length: last - first + 1 }, (_, i) => first + i)

export type SlurmState = 'done' | 'failed' | 'canceled'

/**
 * Runs all arrays: always the task that was submitted last of those that may start, so that one that waits for too
 * little starts too early. `ID_INDEX` → how it ended; tasks in the order they ran.
 */
export function runArrays(arrays: readonly SlurmArray[], env: Slurm['env']): Map<string, SlurmState> {
  const states = new Map<string, SlurmState>()
  const all = arrays.flatMap((array) => indices(array).map((index) => ({ array, index, key: `${array.id}_${index}` })))
  const above = ({ array, index }: (typeof all)[number]) =>
    array.dependencies.flatMap(({ type, id }) =>
      type === 'aftercorr' ? [`${id}_${index}`] : all.filter((one) => one.array.id === id).map((one) => one.key)
    )
  const next = () =>
    all.findLast((one) => {
      const on = above(one).map((key) => states.get(key))
      return !states.has(one.key) && (on.every((state) => state === 'done') || on.some(isBad))
    })
  for (let task = next(); task; task = next()) {
    const bad = above(task).some((key) => isBad(states.get(key)))
    if (bad && task.array.options['kill-on-invalid-dep'] !== 'yes') throw new Error(`${task.key} waits for ever`)
    states.set(task.key, bad ? 'canceled' : runTask(task.array, task.index, env))
  }
  if (states.size < all.length) throw new Error('tasks wait for each other')
  return states
}

const isBad = (state: SlurmState | undefined) => state === 'failed' || state === 'canceled'

function runTask({ id, script, args, options }: SlurmArray, index: number, env: Slurm['env']): SlurmState {
  const own = { ...env, SLURM_ARRAY_JOB_ID: id, SLURM_ARRAY_TASK_ID: String(index) }
  // slurmd starts a copy of it from its own folder
  const copy = join(scratch(), 'slurm_script')
  writeFileSync(copy, script, { mode: 0o755 })
  const cwd = options.chdir ?? '/'
  const { status, stdout, stderr } = spawnSync(copy, args, { cwd, env: own, encoding: 'utf8' })
  // slurmstepd exchanges these in the whole path, the folder's own % too
  const marks: Record<string, string> = { '%%': '%', '%A': id, '%a': String(index), '%j': `9${id}` }
  writeFileSync(
    resolve(cwd, options.output ?? '').replace(/%./g, (mark) => marks[mark] ?? mark),
    stdout + stderr
  )
  return status === 0 ? 'done' : 'failed'
}

/** What the submitted arrays mean, without our own reader: the arguments of the script say which task an index is. */
export function replayOf(arrays: readonly SlurmArray[]): Replay {
  const folders = new Map(
    arrays.map((array) => {
      const [, node, first] = array.args
      return [array.id, new Map(indices(array).map((index) => [index, `${node}/${Number(first) + index}`]))]
    })
  )
  const of = (id: string) => [...(folders.get(id)?.values() ?? [])]
  const waits = arrays.flatMap((array) =>
    array.dependencies.flatMap(({ type, id }) =>
      type === 'afterok'
        ? [{ tasks: of(array.id), on: of(id) }]
        : indices(array).map((index) => ({
            tasks: [folders.get(array.id)?.get(index) ?? ''],
            on: [folders.get(id)?.get(index) ?? '']
          }))
    )
  )
  return { tasks: new Map([...folders.values()].flatMap((one) => [...one.values()]).map((one) => [one, null])), waits }
}
