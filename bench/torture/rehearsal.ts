/** A round of a rehearsal: it is ended at random instants, and must leave the user's files as they were, and nothing of its own. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Graph } from 'backlot'
import { Store } from './nodes.ts'
import { marked, markName, rooms } from './processes.ts'
import { Random } from './random.ts'

export interface RehearsalEnd {
  wrong: string[]
  kills: string[]
  seconds: number
}

export interface RehearsalOptions {
  /** the snapshot of Backlot that is run */
  backlot: string
  /** everything of this round is in here */
  folder: string
  seed: number
  /** ends at most before it may end by itself */
  kills: number
}

const signals = ['SIGKILL', 'SIGKILL', 'SIGKILL', 'SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** after it has ended, what it began has so long to go with it, ms */
const patienceMs = 20_000
const frames = [1, 2, 3, 4]

export class RehearsalRound {
  private readonly options: RehearsalOptions
  private readonly random: Random
  private readonly share: string
  private readonly code: string
  private readonly wrong: string[] = []
  private readonly kills: string[] = []

  constructor(options: RehearsalOptions) {
    this.options = options
    this.random = new Random(options.seed)
    this.share = join(options.folder, 'show')
    this.code = join(options.backlot, 'bench/torture')
  }

  async run(): Promise<RehearsalEnd> {
    const began = Date.now()
    this.prepare()
    const before = scratches()
    for (let left = this.random.whole(1, this.options.kills); left > 0; left--) {
      await this.endedAt(this.random.whole(50, this.random.one([600, 2500, 6000]) ?? 600))
      await this.look(before)
    }
    const last = await this.start().ended
    if (last !== 0) this.wrong.push(`a rehearsal that nobody ends ends with ${last}`)
    await this.look(before)
    // what a killed one left there goes with the next
    const own = readdirSync(join(this.options.folder, 'tmp'))
    if (own.length > 0) this.wrong.push(`left in TMPDIR: ${own.join(', ')}`)
    const missing = frames.filter((frame) => !existsSync(this.frame(frame)))
    if (missing.length > 0) this.wrong.push(`frames are missing: ${missing.join(', ')}`)
    return { wrong: this.wrong, kills: this.kills, seconds: (Date.now() - began) / 1000 }
  }

  private frame = (frame: number): string => join(this.share, 'out', `f.${frame}.txt`)

  /** A share with one file to read, which is read-only in spirit, and a folder for frames. */
  private prepare(): void {
    mkdirSync(join(this.share, 'out'), { recursive: true })
    mkdirSync(join(this.options.folder, 'tmp'))
    writeFileSync(join(this.share, 'plate.txt'), 'the plate')
    const graph = new Graph('rehearsed')
    const input = join(this.share, 'plate.txt')
    const render = Store(graph, { input, out: join(this.share, 'out'), frames }, { metadata: { batch_size: 2 } })
    const list = Store(graph, { input, out: join(this.share, 'list'), frames: [0] }, { name: 'List' })
    render.output('files').connect(list.input('after'))
    // the code that is rehearsed is that of the snapshot, which is on a share, too
    const text = graph.toText().replaceAll(join(import.meta.dirname, 'nodes.ts'), join(this.code, 'nodes.ts'))
    writeFileSync(join(this.options.folder, 'graph.json'), text)
  }

  private start() {
    const { backlot, folder } = this.options
    const log = openSync(join(folder, 'backlot.log'), 'a')
    const args = ['--data-dir', join(folder, 'data'), 'rehearse', join(folder, 'graph.json')]
    const child = spawn(
      process.execPath,
      [join(backlot, 'out/main/cli.cjs'), ...args, '--trust', '--share', this.share, '--share', this.code, '--json'],
      {
        cwd: folder,
        stdio: ['ignore', log, log],
        env: { ...process.env, TMPDIR: join(folder, 'tmp'), [markName]: folder }
      }
    )
    const ended = new Promise<number | string | null>((resolve) =>
      child.once('exit', (code, signal) => resolve(signal ?? code))
    )
    return { child, ended }
  }

  private async endedAt(ms: number): Promise<void> {
    const { child, ended } = this.start()
    await Promise.race([ended, sleep(ms)])
    const signal = this.random.one(signals) ?? 'SIGKILL'
    this.kills.push(`${signal} after ${ms} ms`)
    child.kill(signal)
    if ((await Promise.race([ended, sleep(patienceMs, 'no end' as const)])) !== 'no end') return
    this.wrong.push(`${signal} did not end it`)
    child.kill('SIGKILL')
  }

  /** Nothing of it is left: no process, no mount, no folder; and what was there before is as it was. */
  private async look(before: ReadonlySet<string>): Promise<void> {
    const left = () => [...scratches()].filter((name) => !before.has(name))
    const isTheirs = (command: string) => [...before].some((name) => command.includes(name))
    const running = () =>
      [...marked(this.options.folder), ...rooms().filter(({ command }) => !isTheirs(command))].map(
        ({ pid, command }) => `${pid} ${command}`
      )
    const until = Date.now() + patienceMs
    while (Date.now() < until && (left().length > 0 || running().length > 0)) await sleep(100)
    for (const name of left()) this.wrong.push(`the folder ${name} is left`)
    for (const one of running()) this.wrong.push(`a process is left: ${one}`)
    if (readFileSync('/proc/self/mountinfo', 'utf8').includes(this.options.folder)) this.wrong.push('a mount is left')
    const digest = createHash('md5')
      .update(readFileSync(join(this.share, 'plate.txt')))
      .digest('hex')
    if (digest !== plateDigest) this.wrong.push('the file that was read has changed')
    const strange = readdirSync(this.share).filter((name) => !['out', 'list', 'plate.txt'].includes(name))
    if (strange.length > 0) this.wrong.push(`on the share there is: ${strange.join(', ')}`)
  }
}

const plateDigest = createHash('md5').update('the plate').digest('hex')

/** Folders of rehearsals, wherever they may lie. */
const scratches = (): ReadonlySet<string> =>
  new Set(
    ['/var/tmp', '/dev/shm', '/tmp'].flatMap((place) =>
      readdirSync(place)
        .filter((name) => name.startsWith('backlot-rehearsal-'))
        .map((name) => join(place, name))
    )
  )
