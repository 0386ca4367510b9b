/** Jobs that pass on a workstation and break on a farm (test/fixtures/rehearse), rehearsed through the command line. */
import { spawn, spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Finding, PassReport } from '../../src-main/domain/rehearsal.ts'

const cli = join(import.meta.dirname, '../../scripts/cli.mjs')
export const casesFolder = join(import.meta.dirname, '../fixtures/rehearse')
export const caseNames = readdirSync(casesFolder).sort()

/** What a case says of itself; of a clean one the kind alone. */
export interface Expected {
  kind: Finding['kind'] | 'clean'
  severity?: 'warning'
  tasks?: string[]
  needs?: string
  /** ends of paths */
  files?: string[]
  variables?: string[]
  address?: string
  /** further kinds that it shows */
  also?: Finding['kind'][]
  /** its tasks run in warm interpreters */
  session?: boolean
  /** a worker profile; SHOW stands for the share */
  worker?: string
}

export const expectedOf = (name: string): Expected =>
  JSON.parse(readFileSync(join(casesFolder, name, 'expect.json'), 'utf8')) as Expected

export interface Rehearsed {
  code: number | null
  report: { job: number; findings: Finding[]; passes: PassReport[] }
  err: string
  /** the share */
  show: string
  /** what a command of the same author gives */
  backlot: (...args: string[]) => { code: number | null; out: string; err: string }
}

export interface Author {
  show: string
  env: Record<string, string>
  folder: string
}

/** An author's machine of its own: a share with the case's scene, a home, a temporary folder, what its setup makes. */
export function authorOf(name: string): Author {
  const folder = mkdtempSync(join(tmpdir(), 'backlot-corpus-'))
  const [show, home] = [join(folder, 'show'), join(folder, 'home')]
  for (const part of ['show/out', 'show/assets', 'show/pipeline', 'home', 'tmp'])
    mkdirSync(join(folder, part), { recursive: true })
  copyFileSync(join(casesFolder, name, 'scene.py'), join(show, 'pipeline/scene.py'))
  const env: Record<string, string> = {
    ...{ PATH: process.env.PATH ?? '', HOME: home, USER: 'artist', LANG: 'C.UTF-8', SHOW: show },
    ...{ TMPDIR: join(folder, 'tmp'), BACKLOT_DATA_DIR: join(folder, 'data'), PYTHONDONTWRITEBYTECODE: '1' }
  }
  const setup = join(casesFolder, name, 'setup.sh')
  if (existsSync(setup)) spawnSync('bash', [setup], { env, cwd: home, stdio: 'inherit' })
  const more = join(home, 'env.txt')
  for (const line of existsSync(more) ? readFileSync(more, 'utf8').split('\n').filter(Boolean) : [])
    env[line.slice(0, line.indexOf('='))] = line.slice(line.indexOf('=') + 1)
  return { show, env, folder }
}

/** Rehearses a case as its author would, with the share named. */
export function rehearsed(name: string, ...flags: string[]): Promise<Rehearsed> {
  const { worker, session } = expectedOf(name)
  const author = authorOf(name)
  const warm = ['interpreter', 'set', 'python-session', '--start', 'session', '--', 'python3', '{evaluator}', '{task}']
  const profile = join(author.folder, 'worker.yaml')
  if (worker !== undefined) writeFileSync(profile, worker.replaceAll('SHOW', author.show))
  const more = [...(worker === undefined ? [] : ['--worker', profile]), ...flags]
  return rehearse(author, { before: session ? [warm] : [], flags: more })
}

/** Rehearses an author's scene, with the share named; `before`: commands that are given first. */
export async function rehearse(
  { show, env }: Author,
  { before = [], flags = [] }: { before?: readonly string[][]; flags?: readonly string[] }
): Promise<Rehearsed> {
  const cwd = env.HOME ?? ''
  const backlot = (...args: string[]) => {
    const done = spawnSync(process.execPath, [cli, ...args], { env, cwd, encoding: 'utf8' })
    return { code: done.status, out: done.stdout, err: done.stderr }
  }
  for (const command of before) backlot(...command)
  const args = ['rehearse', join(show, 'pipeline/scene.py'), '--trust', '--json', '--share', show, ...flags]
  const { code, out, err } = await ended(args, { env, cwd })
  if (out === '') throw new Error(`no report: ${err}`)
  return { code, report: JSON.parse(out) as Rehearsed['report'], err, show, backlot }
}

function ended(args: readonly string[], how: { env: Record<string, string>; cwd: string }) {
  const child = spawn(process.execPath, [cli, ...args], { ...how, stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, err] = ['', '']
  child.stdout.on('data', (part) => (out += String(part)))
  child.stderr.on('data', (part) => (err += String(part)))
  return new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, out, err }))
  )
}

/** Removes what `authorOf` made. */
export const removeAuthor = (show: string): void => rmSync(join(show, '..'), { recursive: true, force: true })
