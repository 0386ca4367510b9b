/** README.txt of an export's folder: what lies in it, and what to do with it. */
import type { ExportFormat, FarmName } from '../../domain/formats.ts'
import { scriptKind, type FarmJob } from './farm.ts'

type Line = readonly [file: string, what: string]

interface Told {
  how: string
  /** its submit.sh makes a folder per submission; without that a second one writes over the results of the first */
  hasRuns: boolean
  files: readonly Line[]
}

const submits: Line = ['submit.sh', 'submits it, from wherever this folder lies; it says what it takes at its top']

const told: Readonly<Record<FarmName | 'bundle', Told>> = {
  bundle: {
    hasRuns: false,
    how: 'sh run.sh',
    files: [
      ['job.json', 'the tasks: run each command in this folder when those it depends on have succeeded'],
      ['run.sh', 'runs all of them, one after the other']
    ]
  },
  openjd: {
    hasRuns: true,
    how: 'sh submit.sh, which is openjd run on this machine, or on Deadline Cloud: sh submit.sh --cloud',
    files: [
      ['template.yaml', 'the job template of Open Job Description'],
      ['parameter_values.json', 'what Deadline Cloud sets the job to'],
      ['asset_references.json', 'the files and folders that it reads and writes'],
      ['submit.sh', 'runs it here with openjd run, or submits it to Deadline Cloud']
    ]
  },
  opencue: {
    hasRuns: true,
    how: 'sh submit.sh SHOW SHOT',
    files: [['job.xml', 'the job spec; submit.sh puts show, shot and user in'], submits]
  },
  deadline: {
    hasRuns: true,
    how: 'sh submit.sh',
    files: [['deadline/', 'job info and plugin info of each node'], submits]
  },
  tractor: { hasRuns: true, how: 'sh submit.sh', files: [['job.alf', 'the job file'], submits] },
  slurm: { hasRuns: true, how: 'sh submit.sh', files: [['job.sh', 'what each element of an array runs'], submits] },
  flamenco: {
    hasRuns: true,
    how: 'sh submit.sh, once the Manager has the job type',
    files: [
      ['flamenco/backlot.js', 'the job type: copy it into the folder "scripts" beside flamenco-manager, once'],
      ['flamenco/job.json', 'the job; submit.sh puts in where this folder lies'],
      submits
    ]
  },
  afanasy: {
    hasRuns: true,
    how: 'sh submit.sh',
    files: [['afanasy/job.json', 'the job as Afanasy’s server takes it'], submits]
  },
  royalrender: {
    hasRuns: true,
    how: 'sh submit.sh',
    files: [
      ['royalrender/job.xml', 'the jobs, one per node'],
      ['royalrender/', 'what each job calls its scene'],
      submits
    ]
  }
}

/** What every folder has. */
function common(job: FarmJob, hasRuns: boolean): Line[] {
  const { program, ending } = scriptKind(job)
  const runner = `${program === '/bin/sh' ? 'sh' : program} commands/0.${ending} NODE/BATCH`
  return [
    ['nodes/', 'a record per node, by number'],
    ['tasks/', 'a folder per task, NODE/BATCH: task.json is what goes in'],
    ['commands/', `a script per interpreter; ${runner} runs a task`],
    ['commands/interpreters.sh', 'where the farm has the interpreters: change a path there, once'],
    ...(hasRuns
      ? [
          [
            'runs/',
            'made by submit.sh: a folder per submission, with its submission.txt, results, logs and attempts.txt'
          ] as const
        ]
      : [['tasks/', 'result.json, log.N.txt and attempts.txt come out there'] as const])
  ]
}

export function readmeText(format: ExportFormat, job: FarmJob): string {
  const { how, files, hasRuns } = told[format === 'job-json' ? 'bundle' : format]
  const lines = [...files, ...common(job, hasRuns)]
  const width = Math.max(...lines.map(([file]) => file.length))
  return `A render job that runs without Backlot: ${how}

${lines.map(([file, what]) => `${file.padEnd(width)}  ${what}\n`).join('')}
Follow it:                     backlot follow FOLDER
Bring the results back:        backlot pull FOLDER (again, whenever there is more)
`
}
