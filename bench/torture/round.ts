/** One round: a fresh data folder, a run that is killed, resumes that may be killed too, and what must be true at the end. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdirSync, openSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openApp } from '../../src-main/app.ts'
import { begins, broken, committed, doubled, jobCount, lost, open, type Begun } from './check.ts'
import { graphText, interpretersFor } from './job.ts'
import { marked, markName, type Role } from './processes.ts'
import { Random } from './random.ts'

export interface RoundOptions {
  /** the snapshot of Backlot that is run */
  backlot: string
  /** everything of this round is in here */
  folder: string
  seed: number
  withPython: boolean
  /** kills at most; 0: undisturbed */
  kills: number
}

export interface RoundEnd {
  wrong: string[]
  /** merged outputs by node name */
  outputs: string
  kills: string[]
  seconds: number
  adopted: number
}

/** Who dies together with the scheduler, or in its place. */
const victims: readonly (readonly Role[])[] = [
  ['scheduler'],
  ['scheduler'],
  ['scheduler'],
  ['scheduler', 'launcher'],
  ['scheduler', 'fork server'],
  ['scheduler', 'session'],
  ['scheduler', 'task'],
  ['scheduler', 'launcher', 'fork server', 'session', 'task'],
  ['launcher'],
  ['fork server'],
  ['session'],
  ['task']
]

/** What ends or holds up a run in order, and the exit codes that it may end with; 0: its job was just done. */
const disturbances = {
  SIGINT: [130, 0],
  SIGTERM: [143, 0],
  SIGHUP: [129, 0],
  'SIGINT twice': [130, 0],
  'a closed pipe': [141, 0],
  // from a second process
  pause: [5, 0, 143],
  stop: [5, 0, 143],
  priority: null,
  // as Ctrl-Z and fg, or a laptop that sleeps
  'SIGSTOP and SIGCONT': null
} as const
type Disturbance = keyof typeof disturbances
const disturbanceNames = Object.keys(disturbances) as Disturbance[]

export class Round {
  private readonly options: RoundOptions
  private readonly random: Random
  private readonly dataDir: string
  private readonly trace: string
  private readonly killed = new Set<number>()
  private readonly kills: string[] = []
  private readonly wrong: string[] = []
  private before = new Map<string, string>()
  /** alive when their scheduler died: how often their task had begun by then */
  private readonly survivors: (Begun & { begins: number; launcherDied: boolean })[] = []

  constructor(options: RoundOptions) {
    this.options = options
    this.random = new Random(options.seed)
    this.dataDir = join(options.folder, 'data')
    this.trace = join(options.folder, 'trace')
  }

  async run(): Promise<RoundEnd> {
    const began = Date.now()
    await this.prepare()
    const graph = join(this.options.folder, 'graph.json')
    let left = this.options.kills === 0 ? 0 : this.random.whole(1, this.options.kills)
    let child = this.start(['run', graph, '--trust', '--force', '--retries', '8'])
    for (;;) {
      const end = await this.endOrKill(child, left-- > 0)
      if (end !== 'killed') {
        if (end !== 0) this.wrong.push(`backlot ended with ${end}`)
        break
      }
      const args = jobCount(this.dataDir) === 0 ? ['run', graph, '--trust', '--force', '--retries', '8'] : ['resume']
      child = this.start(args)
    }
    await this.checkEnd()
    const seconds = (Date.now() - began) / 1000
    const { wrong, kills } = this
    return { wrong, kills, seconds, outputs: await this.outputs(), adopted: this.survivors.length }
  }

  private async prepare(): Promise<void> {
    const { folder, backlot, withPython } = this.options
    mkdirSync(join(folder, 'marks'), { recursive: true })
    writeFileSync(this.trace, '')
    const nodes = join(backlot, 'bench/torture')
    const text = graphText({ folder: nodes, trace: this.trace, marks: join(folder, 'marks') }, this.random, withPython)
    writeFileSync(join(folder, 'graph.json'), text)
    const opened = openApp({ dataDir: this.dataDir })
    if (!opened.ok) throw new Error(opened.error.message)
    for (const entry of interpretersFor(nodes, withPython)) await opened.value.call('interpreter.set', entry)
    await opened.value.close()
  }

  private start(args: string[]): ChildProcess {
    const log = openSync(join(this.options.folder, 'backlot.log'), 'a')
    const { backlot, folder } = this.options
    const child = spawn(
      process.execPath,
      [join(backlot, 'out/main/cli.cjs'), '--data-dir', this.dataDir, ...args, '--slots', '3', '--json'],
      {
        cwd: folder,
        stdio: ['ignore', 'pipe', log],
        env: { ...process.env, [markName]: folder, BACKLOT_TORTURE_TRACE: this.trace }
      }
    )
    child.stdout?.resume()
    return child
  }

  private async endOrKill(child: ChildProcess, mayKill: boolean): Promise<number | string> {
    // as a shell tells it: before its first line of code runs, a signal ends it as it ends any program
    const ended = new Promise<number | string>((resolve) =>
      child.once('exit', (code, signal) => resolve(signal ? 128 + constants.signals[signal] : (code ?? 'nothing')))
    )
    const limit = sleep(120_000, 'no end within two minutes' as const, { ref: false })
    for (;;) {
      if (!mayKill) return this.orHang(await Promise.race([ended, limit]), child)
      const moment = sleep(this.random.whole(20, this.random.one([400, 1500, 4000]) ?? 0), 'now' as const)
      const first = await Promise.race([ended, moment])
      if (first !== 'now') return first
      const over = this.random.whole(0, 2) === 0 ? this.disturb(child, ended) : this.strike(child, ended)
      if (await over) return 'killed'
    }
  }

  private orHang(end: number | string, child: ChildProcess): number | string {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    return end
  }

  /** Does what people do to a run; whether that ends it. */
  private async disturb(child: ChildProcess, ended: Promise<number | string>): Promise<boolean> {
    const name = this.random.one(disturbanceNames) ?? 'SIGINT'
    this.kills.push(name)
    await this.carryOut(name, child)
    const codes: readonly number[] | null = disturbances[name]
    if (codes === null) return false
    const end = await ended
    if (!codes.some((code) => code === end)) this.wrong.push(`after ${name} backlot ended with ${end}`)
    this.look(true)
    return true
  }

  private async carryOut(name: Disturbance, child: ChildProcess): Promise<void> {
    if (name === 'SIGINT' || name === 'SIGTERM' || name === 'SIGHUP') child.kill(name)
    else if (name === 'SIGINT twice') {
      child.kill('SIGINT')
      await sleep(this.random.whole(1, 60))
      child.kill('SIGINT')
    } else if (name === 'a closed pipe') child.stdout?.destroy()
    else if (name === 'SIGSTOP and SIGCONT') {
      child.kill('SIGSTOP')
      await sleep(this.random.whole(20, 1500))
      child.kill('SIGCONT')
    } else this.steer(name, child)
  }

  /** From a second process; before there is a job there is nothing to steer. */
  private steer(name: 'pause' | 'stop' | 'priority', child: ChildProcess): void {
    if (jobCount(this.dataDir) === 0) {
      if (name !== 'priority') child.kill('SIGTERM')
      return
    }
    const cli = join(this.options.backlot, 'out/main/cli.cjs')
    const args = name === 'priority' ? [name, '1', String(this.random.whole(0, 9))] : [name, '1']
    const done = spawnSync(process.execPath, [cli, '--data-dir', this.dataDir, ...args], { encoding: 'utf8' })
    if (done.status !== 0) this.wrong.push(`${name} ended with ${done.status}: ${done.stderr.trim()}`)
  }

  /** Kills somebody; whether the scheduler was among them. */
  private async strike(child: ChildProcess, ended: Promise<unknown>): Promise<boolean> {
    const chosen = this.random.one(victims) ?? ['scheduler']
    const there = marked(this.options.folder)
    const targets = chosen.flatMap((role) => {
      if (role === 'scheduler') return [child.pid ?? 0]
      const one = this.random.one(there.filter((found) => found.role === role))
      return one ? [one.pid] : []
    })
    this.kills.push(chosen.join('+'))
    for (const pid of targets) this.kill(pid)
    if (!chosen.includes('scheduler')) return false
    await ended
    this.look(this.kills.some((kill) => kill.includes('launcher')))
    return true
  }

  private kill(pid: number): void {
    this.killed.add(pid)
    try {
      process.kill(pid, 'SIGKILL')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error // it has just ended
    }
  }

  /** What must be there from now on, and who lives on. */
  private look(launcherDied: boolean): void {
    const now = committed(this.dataDir)
    this.wrong.push(...lost(this.before, now))
    this.before = now
    const alive = new Set(marked(this.options.folder).map(({ pid }) => pid))
    const counts = begins(this.trace)
    for (const begun of open(this.trace)) {
      if (!alive.has(begun.pid) || this.killed.has(begun.pid)) continue
      this.survivors.push({ ...begun, begins: counts.get(begun.key) ?? 0, launcherDied })
    }
  }

  private async checkEnd(): Promise<void> {
    await this.checkOrphans()
    this.wrong.push(...lost(this.before, committed(this.dataDir)), ...broken(this.dataDir), ...doubled(this.trace))
    const counts = begins(this.trace)
    for (const { key, pid, begins: then, launcherDied } of this.survivors) {
      // nobody can say how a plain command ended whose launcher died, and Flaky fails once
      if (this.killed.has(pid) || key.startsWith('Flaky') || (launcherDied && key.startsWith('plain'))) continue
      const now = counts.get(key) ?? 0
      if (now > then) this.wrong.push(`${key} lived on as ${pid} and was run again (${now - then} times)`)
    }
  }

  private async checkOrphans(): Promise<void> {
    const until = Date.now() + 5000
    while (marked(this.options.folder).length > 0 && Date.now() < until) await sleep(50)
    for (const { pid, role, command } of marked(this.options.folder)) {
      this.wrong.push(`an orphan is left: ${role} ${pid}: ${command}`)
      this.kill(pid)
    }
  }

  private async outputs(): Promise<string> {
    const opened = openApp({ dataDir: this.dataDir })
    if (!opened.ok) return opened.error.message
    const shown = await opened.value.call('job.outputs', {})
    await opened.value.close()
    if (!shown.ok) return shown.error.message
    const nodes = shown.value.nodes.map(({ outputs }) => outputs.map(({ output, value }) => [output, value]))
    return JSON.stringify(nodes, null, 1)
  }
}
