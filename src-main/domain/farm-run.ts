/** A job that is on a farm: what is known of its submission, and what may be done with it here. */

/** Kept with the pulled job, once per submission. */
export interface FarmRun {
  /** names the submission wherever its folder lies */
  key: string
  /** the farm's format; `bundle` where somebody ran the tasks by hand */
  format: string
  /** the export's folder */
  folder: string
  /** the job here that was written out; null: it is not known, or was another data folder's */
  origin: number | null
  /** the submission's folder below `runs/`; null: its results lie beside the task files */
  run: string | null
  /** what the farm calls it: numbers of jobs and arrays, ids */
  ids: readonly string[]
  user: string | null
  /** ms since 1970; null: nobody wrote it down */
  submittedAt: number | null
  /** where the farm keeps its own logs; null: not known */
  logs: string | null
  /** something of it runs there, or may still start there */
  open: boolean
  /** somebody took it from its farm to finish it here: it is this machine's job from then on */
  here: boolean
}

/** A job whose tasks are its farm's to start. */
export const isRemote = (farm: FarmRun | null): boolean => farm !== null && farm.open && !farm.here

/** `slurm (4000 4007)`. */
export function farmText({ format, ids }: FarmRun): string {
  const shown = ids.slice(0, mostIds).join(' ')
  const more = ids.length > mostIds ? ` and ${ids.length - mostIds} more` : ''
  return ids.length === 0 ? format : `${format} (${shown}${more})`
}

const mostIds = 3

/** Why nothing of it starts here, and what can be done; `job`: its number. */
export const remoteText = (job: number, farm: FarmRun): string =>
  `job ${job} is on its farm, ${farmText(farm)}, so nothing of it starts here; follow it with: backlot follow ${job}; ` +
  `once it is stopped there, finish it here with: backlot resume ${job} --here`

/** Of a job that is deleted here while it is on its farm; `job`: its number. */
export const goesOnText = (job: number, farm: FarmRun): string =>
  `job ${job} goes on on its farm, ${farmText(farm)}; end it there with: backlot farm kill ${job}`

/** How an attempt ended on a farm, in the words of this field. */
export const farmEnds = [
  'succeeded',
  'failed',
  'dead',
  'eaten',
  'killed',
  'timed out',
  'out of memory',
  'cancelled',
  'requeued',
  'preempted',
  'launch failed',
  'node lost',
  'lost'
] as const
export type FarmEnd = (typeof farmEnds)[number]

/** What a farm's own log, or its client, says of an attempt or a task. */
export interface FarmWord {
  end: FarmEnd
  /** one sentence, beyond the end's own word; null: there is none */
  text: string | null
  exitCode: number | null
  /** its number */
  signal: number | null
  /** bytes */
  peakMemory: number | null
  host: string | null
}

/** What a farm's client says of a task that runs. */
export interface FarmRunning {
  /** ms since 1970, by the farm's clock; null: it does not say */
  since: number | null
  host: string | null
}

/** What a farm's client says of a submission. */
export interface FarmStates {
  /** of tasks that have ended there, by their folders */
  tasks: ReadonlyMap<string, FarmWord>
  /** of tasks that run there */
  running: ReadonlyMap<string, FarmRunning>
  /** tasks that it knows of and that have not begun, or begin again */
  waiting: ReadonlySet<string>
  /** the farm knows of something that runs or may still start */
  open: boolean
  /** of a part of it the farm did not say: what it names no task of may stand as it did */
  isPart?: true
}
