/**
 * The targets a job can be exported to, with what each is for in a sentence. A new farm is an entry here, one in
 * core/export/writers.ts and a folder beside that.
 */
interface FormatText {
  title: string
  what: string
}

const plain = {
  'job-json': {
    title: 'Job JSON',
    what: "The guide's shape: tasks with command and dependencies. The commands run when pasted into bash on this machine."
  },
  bundle: {
    title: 'Bundle',
    what: 'A folder that runs by itself on any machine with the interpreters, without a farm and without Backlot.'
  }
} as const satisfies Readonly<Record<string, FormatText>>

const farms = {
  openjd: {
    title: 'Open Job Description',
    what: 'A job template for the openjd command and AWS Deadline Cloud, with the folder it runs from.'
  },
  opencue: {
    title: 'OpenCue',
    what: 'A job specification in XML with layers and dependencies, and a script that submits it.'
  },
  deadline: {
    title: 'Deadline 10',
    what: 'A job per node with its plugin info, and a script that submits them in order.'
  },
  tractor: {
    title: 'Tractor',
    what: 'A job script (.alf) with tasks that wait for each other, and a script that spools it.'
  },
  slurm: {
    title: 'Slurm',
    what: 'Batch scripts with job arrays that wait for each other, and a script that submits them.'
  },
  flamenco: {
    title: 'Flamenco 3',
    what: 'A job type for the Manager that makes its tasks, and a script that submits the job.'
  },
  afanasy: {
    title: 'Afanasy',
    what: 'A job of CGRU with a block per node and masks of what waits for what, and a script that submits it.'
  },
  royalrender: {
    title: 'Royal Render',
    what: 'A job per node that runs its tasks, all in one XML, and a script that submits them.'
  }
} as const satisfies Readonly<Record<string, FormatText>>

export type FarmName = keyof typeof farms
export type ExportFormat = keyof typeof plain | FarmName

const keysOf = <K extends string>(table: Readonly<Record<K, unknown>>): [K, ...K[]] => Object.keys(table) as [K, ...K[]]

export const farmNames = keysOf(farms)
export const exportFormats = keysOf<ExportFormat>({ ...plain, ...farms })
export const formatTexts: Readonly<Record<ExportFormat, FormatText>> = { ...plain, ...farms }
