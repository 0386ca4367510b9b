/** A task in a worker's room: bare, or with some of what its author has given back. */
import { mkdirSync, readFileSync } from 'node:fs'
import { lookup } from 'node:dns/promises'
import { join } from 'node:path'
import { nameOf } from '../../domain/paths.ts'
import type { WorkerProfile } from '../../domain/worker.ts'
import { attemptCommand } from '../attempt/command.ts'
import { judge } from '../attempt/end.ts'
import { readPlainResult, readResult } from '../attempt/result.ts'
import { homeFolder } from '../process/home.ts'
import type { Evaluators } from '../evaluator/call.ts'
import { differences, real, tokensOf, type Difference, type Side, type Tokens } from './compare.ts'
import { seenAt, type Layer } from './layers.ts'
import { declaredBelow, outputsText, type Performed } from './performed.ts'
import { homeIn, jobFolder, type Injection, type WorkerRoom } from './room.ts'
import { isShared, stay, type Stage, type Stayed } from './stay.ts'
import { rehearsedFile } from './reference.ts'
import { isCache } from './accesses.ts'

/** What a room has of its author's machine. */
export interface Given {
  paths: readonly { from: string; to: string }[]
  variables: Readonly<Record<string, string>>
  network: boolean
  host: boolean
  user: boolean
  /** layers of tasks that it does not wait for, the newest first */
  layers: readonly Layer[] | null
}

export const nothingGiven: Given = { paths: [], variables: {}, network: false, host: false, user: false, layers: null }

export interface Visited extends Side {
  stayed: Stayed
  /** the end of its log */
  lastLines: string[]
}

export interface VisitOptions {
  given?: Given
  /** layers of its own first runs, the newest first */
  over?: readonly Layer[]
  inject?: Injection | null
}

export interface VisitorOptions {
  stage: Stage
  profile: WorkerProfile
  performed: readonly Performed[]
  evaluators: Evaluators
  /** addresses that workers may reach */
  allowed: ReadonlySet<string>
  /** interpreter name → the program that its first word resolves to */
  programs: ReadonlyMap<string, string>
  /** variables of the author’s that are the interpreters’ wrappers’ */
  variables: readonly string[]
}

/** Variables that name folders of the machine: rooms have their own. */
const ofTheMachine = new Set([
  'HOME',
  'PATH',
  'TMPDIR',
  'TMP',
  'TEMP',
  'PWD',
  'OLDPWD',
  'SHLVL',
  '_',
  'ELECTRON_RUN_AS_NODE'
])

/** Variables of the author's that a worker does not have, or has otherwise. */
export const authorsVariables = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || ofTheMachine.has(name) ? [] : [[name, value] as const]
    )
  )

export class Visitor {
  private readonly options: VisitorOptions
  readonly home: string
  readonly tokens: Tokens
  /** files that tasks read which had not written them */
  private read: ReadonlySet<string> | null = null

  constructor(options: VisitorOptions) {
    this.options = options
    const { places } = options.stage
    this.home = homeIn(places, options.profile.user)
    this.tokens = tokensOf({
      ...Object.fromEntries(places.temporary.map((folder) => [folder, '$TMP'])),
      [process.env.HOME ?? homeFolder() ?? '/']: '$HOME',
      [places.home]: '$HOME',
      [this.home]: '$HOME'
    })
    mkdirSync(join(options.stage.scratch, 'logs'), { recursive: true })
  }

  /** A bare room. */
  get worker(): WorkerRoom {
    const { user, host } = this.options.profile
    return { user, host, given: [], isolated: { network: true, host: true, user: true } }
  }

  /** Whether all that the author's run reached is what workers may reach. */
  private mayReach({ stayed }: Performed): boolean {
    const reached = stayed.trace.accesses.filter(({ how, marks }) => how === 'connect' && !marks?.includes('refused'))
    const { allowed } = this.options
    return (
      allowed.size > 0 &&
      reached.length > 0 &&
      reached.every(({ what }) => what.endsWith(':53') || allowed.has(hostOf(what)))
    )
  }

  /** The environment of a worker before the task's own command adds to it. */
  environment(): Record<string, string> {
    const { profile } = this.options
    const passed = [...profile.pass, ...this.options.variables, 'PYTHONDONTWRITEBYTECODE'].flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value] as const]
    })
    return {
      ...{ PATH: process.env.PATH ?? '/usr/bin:/bin', LANG: 'C.UTF-8', HOME: this.home },
      ...{ USER: profile.user, LOGNAME: profile.user },
      ...Object.fromEntries(passed),
      ...profile.env
    }
  }

  /** The author's run as a side of a comparison. */
  author(one: Performed): Side {
    const { result, reason, stayed, below } = one
    return { result, reason, view: [stayed.layer, ...below], tokens: this.tokens, ran: ranAt(stayed) }
  }

  /** Runs a task in a room. */
  async visit(one: Performed, { given = nothingGiven, over = [], inject = null }: VisitOptions = {}): Promise<Visited> {
    const below = [...over, ...(given.layers ?? declaredBelow(one, this.options.performed))]
    const first = await this.stayOnce(one, { given, below, inject, localize: [] })
    const folders = first.stayed.trace.crossed.map(([from]) => from)
    const own = [...new Set(folders)].filter((path) => seenAt(path, below)?.kind === 'folder')
    return own.length ? this.stayOnce(one, { given, below, inject, localize: own }) : first
  }

  private async stayOnce(
    one: Performed,
    how: { given: Given; below: readonly Layer[]; inject: Injection | null; localize: readonly string[] }
  ): Promise<Visited> {
    const { stage, evaluators, programs } = this.options
    const { given, below, inject, localize } = how
    const { interpreter } = one
    const command = attemptCommand(interpreter, evaluators, { taskFile: join(jobFolder, 'task.json'), cwd: jobFolder })
    const [name = '', ...args] = command.argv
    const log = join(stage.scratch, 'logs', `${stage.count + 1}-${one.index}.log`)
    const stayed = await stay(stage, {
      ...{ below, argv: [programs.get(interpreter.name) ?? name, ...args], cwd: jobFolder, log, inject, localize },
      env: { ...this.environment(), ...given.variables, ...command.env },
      ...{ taskText: rehearsedFile(one.file), allOwn: interpreter.evaluator === 'none' },
      limitMs: one.stayed.took * 5 + 60_000,
      worker: {
        ...{ ...this.worker, given: given.paths },
        isolated: { network: !given.network && !this.mayReach(one), host: !given.host, user: !given.user }
      }
    })
    return { ...this.sideOf(one, below, stayed), lastLines: linesOf(log) }
  }

  private sideOf({ interpreter }: Performed, below: readonly Layer[], stayed: Stayed): Side & { stayed: Stayed } {
    const path = join(stayed.folder, 'job', 'result.json')
    const plain = interpreter.evaluator === 'none'
    const result = () => (plain ? readPlainResult : readResult)(path)
    const late = {
      cause: 'timeout' as const,
      then: 'failed' as const,
      reason: 'it did not end in five times its own time'
    }
    const judged = judge({ end: stayed.end, kill: stayed.late ? late : null, result, said: null, plain })
    const { reason } = judged.verdict
    return {
      result: judged.result,
      reason,
      view: [stayed.layer, ...below],
      tokens: this.tokens,
      stayed,
      ran: ranAt(stayed)
    }
  }

  isShared(path: string): boolean {
    return isShared(path, this.options.stage.places)
  }

  /** Whether a hidden file is a program's own bookkeeping: no other task reads it, and no output names it. */
  private isBookkeeping(path: string): boolean {
    if (!nameOf(path).startsWith('.')) return false
    this.read ??= new Set(this.options.performed.flatMap(({ stayed }) => usedOf(stayed)))
    return !this.read.has(path) && !this.options.performed.some(({ result }) => outputsText(result).includes(path))
  }

  /** Paths of the share that two runs wrote, without caches and what is written under a lock. */
  paths(sides: readonly Stayed[], ignored: ReadonlySet<string>): Set<string> {
    const found = new Set<string>()
    for (const { layer, trace } of sides) {
      const locked = new Set(trace.accesses.filter(({ marks }) => marks?.includes('locked')).map(({ what }) => what))
      for (const path of layer.changes.keys())
        if (
          !locked.has(path) &&
          !ignored.has(path) &&
          !isCache(path) &&
          this.isShared(path) &&
          !this.isBookkeeping(path)
        )
          found.add(path)
    }
    return found
  }

  /** How a visit differs from the author's run; what says nothing by itself is left out. */
  compared(one: Performed, visited: Visited, ignored: ReadonlySet<string>): Difference[] {
    const paths = this.paths([one.stayed, visited.stayed], ignored)
    return real(differences(this.author(one), visited, paths))
  }
}

const ranAt = ({ at, took }: Stayed): Side['ran'] => ({ from: at, to: at + took })

/** What a run read of others' work. */
const usedOf = ({ trace, layer }: Stayed): string[] =>
  trace.accesses.filter(({ how, what }) => how === 'read' && !layer.changes.has(what)).map(({ what }) => what)

/** The end of a log, for people. */
function linesOf(log: string): string[] {
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n')
  return lines.slice(-3).filter(Boolean)
}

/** `1.2.3.4:80` → `1.2.3.4`, `[::1]:80` → `::1`. */
const hostOf = (address: string): string => address.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')

/** The addresses of these hosts; one that is not known has none. */
export async function addressesOf(hosts: readonly string[]): Promise<Set<string>> {
  const found = await Promise.all(hosts.map((host) => lookup(host, { all: true }).catch(() => [])))
  return new Set(found.flat().map(({ address }) => address))
}
