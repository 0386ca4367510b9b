/** What an attempt's process has around it: kept in the store, written into the log's command, compared between runs. */
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { quoted } from '../../domain/command.ts'
import { surroundingsOf, type Surroundings, type Variables } from '../../domain/environment.ts'
import { shortHash } from '../job/code.ts'
import { startingVariables } from '../process/posix/shell.ts'
import { putEnvironment, type KeptEnvironment } from '../store/environments.ts'
import type { Store } from '../store/store.ts'

/** As a command in a log has it. */
export interface Around extends KeptEnvironment {
  /** a script that sets the variables, where they are too many to stand in a line; null: they stand there */
  script: string | null
}

/** Characters of variables that a line of each log may hold. */
const mostInLine = 4000

let base: Variables | null | undefined

/** What this process's environment has that another shell has not, with `more` on top. */
export function surroundingsHere(more: Variables = {}): Surroundings {
  base ??= startingVariables()
  return surroundingsOf({ ...process.env, ...more }, base, process.platform)
}

/** Beside the folder of a job's tasks. */
const scriptOf = (dataDir: string, job: number, id: number): string =>
  join(dataDir, 'jobs', String(job), `environment-${id}.${process.platform === 'win32' ? 'ps1' : 'sh'}`)

const isLong = ({ variables }: Surroundings): boolean => {
  const entries = Object.entries(variables)
  const length = entries.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0)
  return length > mostInLine || entries.some(([, value]) => value.includes('\n'))
}

/** As it was written for a job. */
export const aroundOf = (kept: KeptEnvironment, dataDir: string, job: number): Around => ({
  ...kept,
  script: isLong(kept) ? scriptOf(dataDir, job, kept.id) : null
})

/** Keeps what this process has around it, with `more` on top, for a job. */
export function keepAround(store: Store, dataDir: string, job: number, more: Variables): Around {
  const found = surroundingsHere(more)
  return aroundOf({ ...found, id: putSurroundings(store, found) }, dataDir, job)
}

/** Keeps what an attempt has around it, once per content; its id. */
export const putSurroundings = (store: Store, { variables, hidden }: Surroundings): number =>
  putEnvironment(store, { variables, hidden }, shortHash(JSON.stringify([variables, hidden])))

const setting = (name: string, value: string): string =>
  process.platform === 'win32'
    ? `\${env:${name}} = '${value.replaceAll("'", "''")}'`
    : `export ${name}=${quoted(value)}`

/** Writes the script that a log's command names, where it does. Throws where the system refuses. */
export function writeScript({ script: path, variables, hidden }: Around): void {
  if (path === null || existsSync(path)) return
  const lines = Object.entries(variables).map(([name, value]) => setting(name, value))
  const left = hidden.length ? [`# left out, since they look secret: ${hidden.join(', ')}`] : []
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(
    `${path}.part`,
    ['# the environment of this run, as far as another shell has it not', ...left, ...lines, ''].join('\n')
  )
  renameSync(`${path}.part`, path)
}
