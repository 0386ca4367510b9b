/**
 * A rehearsal: the job as its author's machine runs it, then each task as a worker would, a second time, and after a kill.
 * Each stands on what its ancestors wrote in the first pass, so a cause shows once, at its task.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { RunEvent } from '../../domain/events.ts'
import { inOrder, passLabels, passNames, type Finding, type PassName, type PassReport } from '../../domain/rehearsal.ts'
import type { WorkerProfile } from '../../domain/worker.ts'
import type { CheckOutcome } from '../convert/preflight/input.ts'
import type { Evaluators } from '../evaluator/call.ts'
import { StoredJob } from '../job/stored-job.ts'
import type { Scripts } from '../run/pools.ts'
import type { Store } from '../store/store.ts'
import { at } from '../../domain/at.ts'
import { asksBeforeWriting, claimsOf, killAndRun, runAgain } from './again.ts'
import { Causes } from './causes.ts'
import { factsHere } from './facts.ts'
import { findingsOf } from './findings.ts'
import { collisionHits } from './findings/collisions.ts'
import { dependencyHits } from './findings/dependencies.ts'
import { pathsOf } from './findings/evidence.ts'
import { inputHits } from './findings/files.ts'
import { privateHits } from './findings/private.ts'
import { gather, type Looked, type Setting } from './gather.ts'
import { hangsOn, leftOvers } from './left-over.ts'
import { keepLayers } from './keep.ts'
import { Stacks } from './layers.ts'
import type { Performed } from './performed.ts'
import { plainFindings } from './plain.ts'
import { programFolders } from './programs.ts'
import { placesOf } from './places.ts'
import { Reference } from './reference.ts'
import { homeIn } from './room.ts'
import { makeScratch, type Scratch } from './scratch.ts'
import { inOneSession, warmGroups, type SessionOptions } from './session-pass.ts'
import { isShared, type Stage } from './stay.ts'
import { machineTools, type MachineTools } from './tools.ts'
import { addressesOf, Visitor } from './visiting.ts'

export interface RehearsalOptions {
  store: Store
  dataDir: string
  /** Backlot's own folder */
  root: string
  job: number
  evaluators: Evaluators
  /** Backlot's own files that interpreters run */
  scripts: Scripts
  /** what the job's interpreters said of themselves */
  checks: ReadonlyMap<string, CheckOutcome>
  profile: WorkerProfile
  skip: readonly PassName[]
  slots: number
  /** the share keeps nothing of what the tasks wrote */
  discard: boolean
  emit: (event: RunEvent) => void
  signal: AbortSignal
  /** runs the job as it always runs, for machines where no rooms can be made */
  runPlain: () => Promise<unknown>
}

export interface Rehearsal {
  findings: Finding[]
  passes: PassReport[]
}

/** Rehearses a job; where rooms cannot be made, what can be said without them. */
export async function rehearse(options: RehearsalOptions): Promise<Rehearsal> {
  let tools: MachineTools | null = null
  const scratch = await makeScratch(options.dataDir, async (folder) => {
    tools = await machineTools(folder)
    return tools.overlay.works && tools.bubblewrap.works
  })
  const known = tools as MachineTools | null
  if (!scratch || !known) return withoutRooms(options, whyNot(known))
  try {
    return await new Passes(options, scratch, known).run()
  } finally {
    await scratch.remove()
  }
}

const whyNot = (tools: MachineTools | null): string => {
  const why = [tools?.bubblewrap.why, tools?.overlay.why].filter(Boolean).join('; ')
  return `rooms cannot be made here: ${why || 'no folder can hold layers'}`
}

/** The job runs as it always does; all else was not looked at, and that is said. */
async function withoutRooms({ runPlain, store, job }: RehearsalOptions, why: string): Promise<Rehearsal> {
  await runPlain()
  const seen = 'only what tasks wrote back and whether it is there'
  const passes = passNames.map((name) => ({ name, looked: false, why: name === 'author' ? `${seen}: ${why}` : why }))
  return { findings: inOrder(plainFindings(store, job)), passes }
}

/** Runs work for each item, some at once. */
async function eachOf<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values()
  const lane = async () => {
    for (const item of left) await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
}

class Passes {
  private readonly options: RehearsalOptions
  private readonly scratch: Scratch
  private readonly stage: Stage
  private readonly passes: PassReport[] = []

  constructor(options: RehearsalOptions, scratch: Scratch, tools: MachineTools) {
    this.options = options
    this.scratch = scratch
    const { dataDir, root, checks, profile, signal } = options
    const commands = programFolders(this.programNames())
    const facts = factsHere({ dataDir, scratch: scratch.path, root, checks, commands })
    const places = placesOf(facts, profile)
    places.roots.forEach((_, i) => mkdirSync(join(scratch.path, 'b', String(i))))
    const stacks = new Stacks(scratch.path, places.roots)
    this.stage = { scratch: scratch.path, dataDir: facts.dataDir, places, tools, stacks, count: 0, signal }
  }

  /** The first words of the job's commands. */
  private programNames(): string[] {
    const { interpreters } = new StoredJob(this.options.store, this.options.job)
    return [...interpreters.values()].flatMap(({ argv, wrapper }) =>
      [argv[0], wrapper[0]].flatMap((name) => name ?? [])
    )
  }

  async run(): Promise<Rehearsal> {
    const { store, job, slots, evaluators, emit, profile, discard } = this.options
    const reference = new Reference({ stage: this.stage, store, job, slots, evaluators, emit })
    const performed = await reference.run()
    this.report('author', reference.plan.tasks.size - performed.length)
    const allowed = await addressesOf(profile.hosts)
    const programs = this.programs()
    const variables = [...this.options.checks.values()].flatMap((outcome) =>
      outcome.ok ? outcome.check.packages.variables : []
    )
    const visitor = new Visitor({ stage: this.stage, profile, performed, evaluators, programs, variables, allowed })
    const setting: Setting = {
      ...{ places: this.stage.places, cwd: reference.plan.settings.cwd, memory: profile.memory },
      workerHome: homeIn(this.stage.places, profile.user)
    }
    const all = performed.map((one): Looked => ({
      one,
      room: null,
      differs: [],
      back: null,
      random: [],
      again: [],
      stale: [],
      warm: []
    }))
    await this.asWorker(all, visitor, setting)
    await this.again(all, visitor, setting)
    await this.sessions(all, { stage: this.stage, scripts: this.options.scripts, visitor, performed, cwd: setting.cwd })
    const findings = findingsOf(gather(all, setting))
    await Promise.all(performed.map(({ stayed }) => stayed.leave()))
    const layers = performed.map(({ stayed }) => stayed.layer)
    if (!discard) await keepLayers(layers, (path) => isShared(path, this.stage.places))
    return { findings, passes: this.passes }
  }

  /** Python and the like as they were found, not as a shim on the PATH finds them. */
  private programs(): Map<string, string> {
    const { interpreters } = new StoredJob(this.options.store, this.options.job)
    const found = new Map<string, string>()
    for (const { name, argv, evaluator, wrapper } of interpreters.values()) {
      const outcome = this.options.checks.get(name)
      const isPython = evaluator === 'python' && wrapper.length === 0 && /^python[\d.]*$/.test(argv[0] ?? '')
      if (isPython && outcome?.ok && outcome.check.executable) found.set(name, outcome.check.executable)
    }
    return found
  }

  private isSkipped(pass: PassName): boolean {
    if (!this.options.skip.includes(pass)) return false
    this.passes.push({ name: pass, looked: false, why: `skipped as asked` })
    return true
  }

  private report(name: PassName, notRun: number): void {
    const why = [
      ...(this.stage.tools.strace.works ? [] : [`no file accesses: ${this.stage.tools.strace.why}`]),
      ...(notRun > 0 ? [`${notRun} tasks did not run, as what they wait for failed`] : [])
    ]
    this.passes.push({ name, looked: why.length === 0, why: why.join('; ') })
  }

  private tell(pass: PassName, done: number, total: number): void {
    const { emit, job } = this.options
    emit({ type: 'rehearsal', job, at: new Date().toISOString(), pass, done, total })
  }

  /** Paths that several tasks write without an order: no task's own result. */
  private contested(all: readonly Looked[], setting: Setting): ReadonlySet<string> {
    return new Set(pathsOf(collisionHits(gather(all, setting))))
  }

  private async asWorker(all: readonly Looked[], visitor: Visitor, setting: Setting): Promise<void> {
    if (this.isSkipped('worker')) return
    const done = all.filter(({ one }) => one.result !== null)
    let count = 0
    await eachOf(done, this.options.slots, async (looked) => {
      looked.room = await visitor.visit(looked.one)
      this.tell('worker', ++count, done.length)
    })
    const ignored = this.contested(done, setting)
    for (const looked of done) if (looked.room) looked.differs = visitor.compared(looked.one, looked.room, ignored)
    await this.findCauses(done, { visitor, setting, ignored })
    await this.findLeftOvers(done, { visitor, setting, ignored })
    this.passes.push({ name: 'worker', looked: true, why: '' })
  }

  /** What the paths explain is explained; the rest is found by giving back. */
  private async findCauses(
    all: readonly Looked[],
    { visitor, setting, ignored }: { visitor: Visitor; setting: Setting; ignored: ReadonlySet<string> }
  ): Promise<void> {
    const job = gather(all, setting)
    const alone = privateHits(job).filter(({ severity }) => severity === 'error')
    const hits = [...dependencyHits(job), ...collisionHits(job), ...alone, ...inputHits(job)]
    const explained = new Set(hits.map(({ task }) => task.id))
    const causes = new Causes(visitor, this.stage.places)
    const open = all.filter(({ one, differs }) => differs.length > 0 && !explained.has(one.task.id))
    const byNode = [...Map.groupBy(open, ({ one }) => one.task.node.id).values()]
    await eachOf(byNode, this.options.slots, async (batches) => {
      for (const looked of batches) {
        if (!looked.room) continue
        const { back, random } = await causes.find({ one: looked.one, room: looked.room, ignored })
        Object.assign(looked, { back, random })
      }
    })
  }

  /** Lists that an earlier run's files are in. */
  private async findLeftOvers(
    all: readonly Looked[],
    { visitor, setting, ignored }: { visitor: Visitor; setting: Setting; ignored: ReadonlySet<string> }
  ): Promise<void> {
    const job = gather(all, setting)
    const suspects = all.flatMap((looked, i) => {
      const paths = looked.room?.result && looked.random.length === 0 ? leftOvers(job, at(job.tasks, i)) : []
      return paths.length ? [{ looked, paths }] : []
    })
    await eachOf(suspects, this.options.slots, async ({ looked, paths }) => {
      const asked = looked.room && { one: looked.one, room: looked.room, ignored }
      if (asked && (await hangsOn(this.stage, visitor, asked, paths))) looked.stale = paths
    })
  }

  private async sessions(all: readonly Looked[], options: SessionOptions): Promise<void> {
    if (this.isSkipped('session')) return
    const groups = warmGroups(options)
    for (const [i, group] of groups.entries()) {
      const found = await inOneSession(options, group)
      for (const looked of all) looked.warm = found.get(looked.one) ?? looked.warm
      this.tell('session', i + 1, groups.length)
    }
    const why = groups.length ? '' : 'not needed: no two tasks share a warm interpreter'
    this.passes.push({ name: 'session', looked: true, why })
  }

  private async again(all: readonly Looked[], visitor: Visitor, setting: Setting): Promise<void> {
    const done = all.filter(({ room, random }) => room?.result && random.length === 0)
    const ignored = this.contested(all, setting)
    if (!this.isSkipped('again')) {
      let count = 0
      await eachOf(done, this.options.slots, async (looked) => {
        const found = looked.room && (await runAgain(visitor, { one: looked.one, room: looked.room, ignored }))
        if (found) looked.again = [...looked.again, found]
        this.tell('again', ++count, done.length)
      })
      this.passes.push({ name: 'again', looked: true, why: '' })
    }
    if (!this.isSkipped('killed')) await this.killed(done, visitor, ignored)
  }

  private async killed(done: readonly Looked[], visitor: Visitor, ignored: ReadonlySet<string>): Promise<void> {
    const asking = done.filter(
      ({ one, room, again }) =>
        room &&
        again.length === 0 &&
        (asksBeforeWriting(room.stayed, ignored) || claimsOf(one.stayed, room.stayed, this.stage).size > 0)
    )
    let [count, hits] = [0, 0]
    await eachOf(asking, this.options.slots, async (looked) => {
      if (!looked.room) return
      const { again, hit } = await killAndRun(visitor, this.stage, { one: looked.one, room: looked.room, ignored })
      if (hit) hits++
      if (again) looked.again = [...looked.again, again]
      this.tell('killed', ++count, asking.length)
    })
    const why =
      asking.length === 0
        ? 'not needed: no task looks at its own files before it writes them, or makes a lock'
        : hits < asking.length
          ? `${asking.length - hits} of ${asking.length} tasks write their files in one piece and could not be killed in the middle`
          : ''
    this.passes.push({ name: 'killed', looked: true, why })
  }
}

export const passText = ({ name, looked, why }: PassReport): string =>
  `${passLabels[name]}: ${looked ? 'looked at' : 'not looked at'}${why ? ` (${why})` : ''}`

export type { Performed }
