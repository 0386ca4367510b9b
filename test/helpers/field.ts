/** Cases from the field (test/fixtures/farm-cases), each tried in a folder of its own through the built command line. */
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { scratch } from './app.ts'
import { cli } from './cli.ts'

const cases = join(import.meta.dirname, '../fixtures/farm-cases')

export interface Done {
  code: number | null
  out: string
  err: string
}

export class Field {
  readonly folder: string
  /** where `nodes` is imported from */
  readonly path: string
  readonly dataDir: string

  /** `name`: a folder of the fixtures; null: an empty one. */
  constructor(name: string | null) {
    const own = scratch()
    this.folder = join(own, 'case')
    this.path = own
    this.dataDir = join(own, 'data')
    mkdirSync(this.folder)
    cpSync(join(cases, 'nodes.py'), join(own, 'nodes.py'))
    if (name !== null) cpSync(join(cases, name), this.folder, { recursive: true })
  }

  private env(more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
    return {
      ...process.env,
      PYTHONPATH: this.path,
      PYTHONDONTWRITEBYTECODE: '1',
      BACKLOT_DATA_DIR: this.dataDir,
      ...more
    }
  }

  /** `backlot ARGS` in the case's folder. */
  backlot(...args: string[]): Done {
    return this.backlotIn({}, ...args)
  }

  backlotIn(env: Readonly<Record<string, string>>, ...args: string[]): Done {
    return this.sh(env, process.execPath, cli, ...args)
  }

  /** Any program in the case's folder, with the case's environment. */
  sh(env: Readonly<Record<string, string>>, program: string, ...args: string[]): Done {
    const done = spawnSync(program, args, {
      cwd: this.folder,
      encoding: 'utf8',
      env: this.env(env),
      maxBuffer: 1 << 28
    })
    return { code: done.status, out: done.stdout, err: done.stderr }
  }

  /** `backlot ARGS`, followed while it runs. */
  start(...args: string[]) {
    const stdio = ['ignore', 'ignore', 'pipe'] as const
    const child = spawn(process.execPath, [cli, ...args], { cwd: this.folder, env: this.env({}), stdio: [...stdio] })
    let err = ''
    child.stderr.on('data', (data) => (err += String(data)))
    return { child, ended: new Promise<number | null>((resolve) => child.once('close', resolve)), err: () => err }
  }

  at = (...parts: string[]): string => join(this.folder, ...parts)

  read = (...parts: string[]): string => readFileSync(this.at(...parts), 'utf8')

  /** The merged outputs of a job (default: the newest), by `node output`. */
  outputs(job?: number): Record<string, unknown> {
    const { out } = this.backlot('outputs', ...(job === undefined ? [] : [String(job)]), '--json')
    const byNode = JSON.parse(out) as Record<string, Record<string, unknown>>
    const named = Object.entries(byNode).flatMap(([id, own]) =>
      Object.entries(own).map(([output, value]) => [`${id.replace(/-[0-9a-f-]{36}$/, '')} ${output}`, value] as const)
    )
    return Object.fromEntries(named)
  }
}
