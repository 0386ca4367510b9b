/** Every call of the core: its name and the schema its input must fit. The window, the command line and tests use these. */
import { z } from 'zod'
import { choiceMembers } from './domain/choice.ts'
import { chosenSettings, pathText } from './domain/settings.ts'
import { mostWorkersAsked } from './domain/forecast.ts'
import { passNames } from './domain/rehearsal.ts'
import { interpreterShape } from './domain/interpreter.ts'
import { once } from './domain/once.ts'
import { exportFormats } from './domain/formats.ts'
import { fileKindOf } from './domain/picture-kind.ts'
import { givings } from './core/attempt/search.ts'

const id = z.number().int().positive()
const path = pathText
const isPicture = (text: string): boolean => ['picture', 'decoded'].includes(fileKindOf(text))

/** A graph: a file and which of its graphs, or one that the store holds. */
export const sourceSchema = once(() =>
  z.union([z.strictObject({ path: path.min(1), ...choiceMembers() }), z.strictObject({ graph: id })])
)

export const optionsSchema = once(() =>
  z.strictObject({
    map: z.record(z.string(), z.string()).optional(),
    only: z.array(z.string()).optional(),
    omit: z.array(z.string()).optional(),
    /** a range text */
    frames: z.string().optional(),
    /** `node.input` → JSON text, or plain text where it is no JSON */
    set: z.record(z.string(), z.string()).optional(),
    batch: z.record(z.string(), z.number()).optional()
  })
)

const graphInput = once(() => ({ source: sourceSchema(), options: optionsSchema().optional() }))

/** the farm's own log of the attempt, in place of ours */
const farm = z.boolean().optional()

/** Each is built when it is first called for: all of them together take a tenth of a command's start. */
export const contract = {
  'graph.show': () => z.strictObject({ source: sourceSchema(), as: z.enum(['facts', 'list', 'picture']) }),
  /** what to know of a graph as its file was read, such as other graphs that are left out */
  'graph.notes': () => z.strictObject({ source: sourceSchema() }),
  /** nodes, plugs and edges, to draw */
  'graph.view': () => z.strictObject({ source: sourceSchema() }),
  'graph.convert': () => z.strictObject(graphInput()),
  'graph.reference': () => z.strictObject(graphInput()),
  'graph.preflight': () => z.strictObject(graphInput()),
  /** the guide's own converter beside ours, with what it would have lost */
  'graph.guide': () => z.strictObject(graphInput()),
  'graph.plan': () => z.strictObject(graphInput()),
  /** what a run of only what changed would do with each task */
  'graph.changed': () => z.strictObject(graphInput()),
  'graph.trust': () => z.strictObject({ source: sourceSchema(), allow: z.boolean().optional() }),
  /** `soon`: it is run as soon as it is made, so what its tasks need comes up meanwhile */
  'job.create': () =>
    z.strictObject({
      ...graphInput(),
      settings: chosenSettings().optional(),
      force: z.boolean().optional(),
      soon: z.boolean().optional()
    }),
  /** a new job of the same graph with the same options and settings */
  'job.rerun': () =>
    z.strictObject({
      job: id,
      force: z.boolean().optional(),
      ...chosenSettings().pick({ changed: true, startTimeout: true, cold: true }).shape
    }),
  /** the newest job of this graph with these options, where nothing it was made from changed and all of it is done */
  'job.current': () => z.strictObject({ ...graphInput(), cwd: path.optional() }),
  'job.run': () => z.strictObject({ job: id, slots: z.number().int().min(1).max(1024).optional() }),
  /** `here`: also a job that is on a farm, which is this machine's from then on */
  'job.resume': () =>
    z.strictObject({
      job: id.optional(),
      slots: z.number().int().min(1).max(1024).optional(),
      here: z.boolean().optional()
    }),
  /** takes up jobs whose tasks an earlier Backlot left running */
  'job.recover': () => z.strictObject({}),
  'job.pause': () => z.strictObject({ job: id }),
  'job.stop': () => z.strictObject({ job: id }),
  /** whoever asked for it does no more: what runs of it is ended and queued again, and nothing new starts */
  'job.interrupt': () => z.strictObject({ job: id }),
  'job.priority': () => z.strictObject({ job: id, priority: z.number().int() }),
  'job.delete': () => z.strictObject({ job: id }),
  /** sets jobs aside: nothing shows them any more, and they can be brought back until they are cleared away */
  'job.trash': () => z.strictObject({ jobs: z.array(id).min(1) }),
  /** those that are set aside */
  'job.deleted': () => z.strictObject({}),
  'job.restore': () => z.strictObject({ jobs: z.array(id).min(1) }),
  /** bytes that the files of jobs take; `ms`: those that can be told within so long */
  'job.sizes': () => z.strictObject({ jobs: z.array(id), ms: z.number().positive().optional() }),
  /** clears away what is set aside, and what no job needs; `dry`: only says what there is */
  'store.clear': () => z.strictObject({ dry: z.boolean().optional() }),
  'job.list': () => z.strictObject({}),
  'job.show': () => z.strictObject({ job: id.optional() }),
  /** jobs that this process has in work, whether something of them runs or they wait for a slot */
  'job.started': () => z.strictObject({}),
  /** every attempt of a job, for a timeline */
  'job.attempts': () => z.strictObject({ job: id }),
  /** the chain of tasks that decided how long it took, by what waited for what, and what would shorten it */
  'job.path': () => z.strictObject({ job: id }),
  /** how many of its tasks shared processes */
  'job.warm': () => z.strictObject({ job: id.optional() }),
  /** tasks that are still to run */
  'job.open': () => z.strictObject({ job: id }),
  /** how many of its tasks ran, and how many were unchanged */
  'job.ran': () => z.strictObject({ job: id }),
  /** what ran and what came of it, as one HTML file */
  'job.report': () => z.strictObject({ job: id, out: path.min(1) }),
  /** what this environment has otherwise than that of its first attempt */
  'job.surroundings': () => z.strictObject({ job: id }),
  /** `partial`: also of nodes that are not done, from those of their tasks that are */
  'job.outputs': () => z.strictObject({ job: id.optional(), partial: z.boolean().optional() }),
  'task.find': () => z.strictObject({ text: z.string().min(1) }),
  'task.list': () => z.strictObject({ job: id.optional() }),
  /** tasks as columns: those asked for, or at most `limit` of all behind the task `after` */
  'task.rows': () =>
    z.strictObject({
      job: id,
      tasks: z.array(id).max(5000).optional(),
      after: id.nullable().optional(),
      limit: z.number().int().min(1).max(5000).optional()
    }),
  /** the last lines of tasks' logs, in the order asked for: of as many as the time allows, ms */
  'task.tails': () => z.strictObject({ job: id, tasks: z.array(id).max(1000), ms: z.number().min(0).optional() }),
  /** what the tasks of a job are now, in evaluation order, as runs of equal states */
  'task.states': () => z.strictObject({ job: id }),
  'task.attempts': () => z.strictObject({ task: id }),
  'task.why': () => z.strictObject({ task: id }),
  'task.log': () => z.strictObject({ task: id, attempt: z.number().int().positive().optional() }),
  /** part of a log, at most 1 MB from a byte offset; a negative one counts from the end */
  'task.read': () =>
    z.strictObject({
      task: id,
      attempt: z.number().int().positive().optional(),
      farm,
      offset: z.number().int(),
      bytes: z
        .number()
        .int()
        .min(1)
        .max(1 << 20)
    }),
  /** where the lines of a log begin and which are errors: counts on from a place, for some milliseconds; asked again it goes on */
  'task.outline': () =>
    z.strictObject({
      task: id,
      attempt: z.number().int().positive().optional(),
      farm,
      from: z
        .strictObject({
          offset: z.number().int().min(0),
          line: z.number().int().min(1),
          trace: z.boolean(),
          bad: z.number().int().min(0),
          open: z.boolean()
        })
        .optional(),
      /** ends at this byte, where a line begins */
      to: z.number().int().min(0).optional()
    }),
  /** lines of a log that have a text in them: searches on from a place, for some milliseconds; asked again it goes on */
  'task.search': () =>
    z.strictObject({
      task: id,
      attempt: z.number().int().positive().optional(),
      farm,
      text: z.string().min(1).max(1000),
      /** the text is a regular expression */
      regex: z.boolean().optional(),
      /** upper and lower case are told apart */
      cased: z.boolean().optional(),
      from: z.strictObject({ offset: z.number().int().min(0), line: z.number().int().min(1) }).optional(),
      /** ends at this byte, where a line begins */
      to: z.number().int().min(0).optional(),
      /** ends after so many lines */
      most: z.number().int().min(1).max(1000).optional(),
      /** of lines with a find: all of them, their places without their text, or only how many finds there are */
      give: z.enum(givings).optional()
    }),
  /** what a task wrote back, before merging */
  'task.outputs': () => z.strictObject({ task: id }),
  /** whether files are there, how large, and when they were written */
  'files.check': () => z.strictObject({ paths: z.array(path).max(5000) }),
  /** the bytes of a picture that no browser decodes */
  'files.read': () => z.strictObject({ path: path.refine(isPicture, 'only pictures are read') }),
  /** the frames of a pattern that are on the disk */
  'files.frames': () => z.strictObject({ path }),
  /** how a movie is coded */
  'files.movie': () => z.strictObject({ path }),
  /** without tasks: all that failed or were canceled */
  'task.retry': () => z.strictObject({ job: id, tasks: z.array(id).optional(), downstream: z.boolean().optional() }),
  'task.cancel': () => z.strictObject({ tasks: z.array(id).min(1) }),
  'task.omit': () => z.strictObject({ tasks: z.array(id).min(1) }),
  /** takes back the user's last change of tasks, as far as nothing has come of it */
  'task.undo': () => z.strictObject({ job: id, tasks: z.array(id).min(1) }),
  'interpreter.list': () => z.strictObject({}),
  'interpreter.set': interpreterShape,
  /** how the logs of an interpreter's tasks are read */
  'interpreter.rules': () => z.strictObject({ name: z.string() }),
  'interpreter.remove': () => z.strictObject({ name: z.string() }),
  /** the entry of this name as it is shipped */
  'interpreter.reset': () => z.strictObject({ name: z.string() }),
  'interpreter.check': () => z.strictObject({ name: z.string().optional() }),
  'job.export': () =>
    z.strictObject({
      job: id.optional(),
      format: z.enum(exportFormats),
      out: path.optional(),
      verify: z.boolean().optional()
    }),
  /** the loss report and the files of a format; nothing is written */
  'job.preview': () => z.strictObject({ job: id.optional(), format: z.enum(exportFormats) }),
  /** two runs side by side, task by task; without `left` a farm's run beside the job that it came from */
  'job.compare': () => z.strictObject({ left: id.optional(), right: id }),
  /** how the pictures of the same two differ; at most `most` pairs are read */
  'job.pictures': () =>
    z.strictObject({ left: id.optional(), right: id, most: z.number().int().min(1).max(1_000_000).optional() }),
  /** what the job would take on so many workers, from what was measured of it; without `workers` the usual numbers */
  'job.forecast': () =>
    z.strictObject({
      job: id.optional(),
      workers: z.array(z.number().int().min(1).max(mostWorkersAsked)).min(1).max(200).optional(),
      /** batch sizes to look at in place of the job's, by node */
      batch: z.record(z.string(), id).optional(),
      /** whether the best batch sizes are looked for, which takes longer; it is so if not said otherwise */
      advise: z.boolean().optional()
    }),
  /** `run`: an earlier submission than the newest · `ask`: the farm's own client as well, where it is installed */
  'job.pull': () => z.strictObject({ path: path.min(1), run: z.string().optional(), ask: z.boolean().optional() }),
  /** asks the farm to try tasks again, or to end them; without tasks the whole of what was submitted is ended */
  'farm.act': () => z.strictObject({ job: id, act: z.enum(['retry', 'kill']), tasks: z.array(id).min(1).optional() }),
  /** what a job that has run says it wrote and did not */
  'job.missing': () => z.strictObject({ job: id }),
  /** tasks of a job whose last attempt's log warns */
  'job.warnings': () => z.strictObject({ job: id }),
  /** rehearses a job: its first pass runs it, the others prove what would break on a farm */
  'job.rehearse': () =>
    z.strictObject({
      job: id,
      /** a worker profile's file; without one the file beside the graph, if there is one */
      worker: path.min(1).optional(),
      /** folders that all machines see */
      share: z.array(path.min(1)).optional(),
      skip: z.array(z.enum(passNames)).optional(),
      slots: z.number().int().min(1).max(1024).optional(),
      /** the share keeps nothing of what the tasks wrote */
      discard: z.boolean().optional()
    }),
  /** what a rehearsal found; without a job that of the newest one */
  'rehearsal.show': () => z.strictObject({ job: id.optional() }),
  /** the report as one HTML file that can be mailed */
  'rehearsal.save': () => z.strictObject({ job: id, out: path.min(1) }),
  /** what tasks read and wrote: of one task, or of a job; `path`: only what has this text in it; `own`: the nodes' own work */
  'ledger.show': () =>
    z.strictObject({
      job: id.optional(),
      task: id.optional(),
      path: z.string().optional(),
      own: z.boolean().optional()
    }),
  /** a worker profile's file: what counts of it · what is wrong with it or will surprise */
  'worker.show': () => z.strictObject({ path: path.min(1) }),
  'worker.check': () => z.strictObject({ path: path.min(1) }),
  /** who runs jobs in the data folder */
  'runner.show': () => z.strictObject({}),
  /** graphs that come with Backlot, to try */
  examples: () => z.strictObject({}),
  /** what is known of this machine and the data folder without starting a program or reading the whole store */
  'machine.show': () => z.strictObject({}),
  /** where the programs of interpreters are; nothing is started */
  'interpreter.find': () => z.strictObject({}),
  doctor: () => z.strictObject({})
} as const

/** Calls that change what a running scheduler works on: they act in the process that runs jobs, whichever that is. */
export const steering: ReadonlySet<CallName> = new Set([
  ...(['job.pause', 'job.stop', 'job.interrupt', 'job.priority', 'job.delete', 'job.trash'] as const),
  ...(['task.retry', 'task.cancel', 'task.omit', 'task.undo'] as const)
])

/** Those of them that may be done twice: a second time changes nothing. */
export const repeatable: ReadonlySet<CallName> = new Set([
  ...(['job.pause', 'job.stop', 'job.interrupt', 'job.priority', 'task.cancel', 'task.omit'] as const)
])

export type Contract = typeof contract
export type CallName = keyof Contract
/** What a caller says; what has a default may be left out. */
export type Input<N extends CallName> = z.input<ReturnType<Contract[N]>>
/** The same as its handler gets it. */
export type Parsed<N extends CallName> = z.infer<ReturnType<Contract[N]>>

const built = new Map<CallName, z.ZodType>()

/** What a call's input must fit. */
export function shapeOf(name: CallName): z.ZodType {
  const shape = built.get(name) ?? contract[name]()
  built.set(name, shape)
  return shape
}
