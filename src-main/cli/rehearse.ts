/** `backlot rehearse`: what would break on a farm, found here. */
import type { Command } from 'commander'
import type { App } from '../app.ts'
import { passLabels, passNames, type Finding, type PassName, type PassReport } from '../domain/rehearsal.ts'
import { mayReport } from '../api/reporting.ts'
import { reportKind } from '../core/rehearse/report.ts'
import { isError } from '../domain/problems.ts'
import { exportedOf } from './exports.ts'
import { oneLine } from './outlet.ts'
import {
  ask,
  collect,
  convertFlags,
  Failure,
  graphInput,
  jobNumber,
  note,
  whole,
  withApp,
  write,
  type ConvertFlags
} from './base.ts'
import { sourceFlags, sourceOf, type FileSource, type SourceFlags } from './source.ts'
import { examples, functionArguments } from './help.ts'
import { askForTrust } from './trust.ts'

interface RehearseFlags extends SourceFlags, ConvertFlags {
  worker?: string
  share?: string[]
  skip?: PassName[]
  slots?: number
  discard?: boolean
  report?: string
  json?: boolean
}

const pass = (text: string, list: PassName[] = []): PassName[] => {
  const found = passNames.find((name) => name === text)
  if (found) return [...list, found]
  throw new Failure({
    kind: 'usage',
    message: `--skip ${text}: there is no such pass; the passes are ${passNames.join(', ')}`
  })
}

export function addRehearseCommand(program: Command): void {
  const command = sourceFlags(
    convertFlags(
      program
        .command('rehearse')
        .argument('<graph|job>', 'a graph’s file, or the number of a job to run once more')
        .argument('[args...]', functionArguments)
    )
  )
    .description('run a graph (or a job once more) as a farm would, and say what would break there')
    .option('--worker <file>', 'what a worker has (default: backlot.worker.yaml beside the graph)')
    .option('--share <dir>', 'a folder that all machines see (repeatable)', collect)
    .option('--skip <pass>', `leave out a pass: ${passNames.slice(1).join(', ')} (repeatable)`, pass)
    .option('--slots <n>', 'tasks at once (default: one per core)', whole(1))
    .option('--discard', 'keep nothing of what the tasks write')
    .option('--report <file>', 'also write the report as one HTML file')
    .option('--json', 'one JSON line: {"job", "findings", "passes", "forecast"}')
    .action((what: string, args: string[], flags: RehearseFlags) =>
      withApp((app) => rehearse(app, { what, args }, flags), { slots: flags.slots })
    )
  examples(
    command,
    ['backlot rehearse film.json --share /mnt/show', 'with the folder that all workers see'],
    ['backlot rehearse film.json --report film.html', 'also as a file to be mailed'],
    ['backlot rehearse 12', 'job 12 once more, rehearsed']
  )
}

interface Named {
  what: string
  args: readonly string[]
}

async function rehearse(app: App, { what, args }: Named, flags: RehearseFlags): Promise<void> {
  if (flags.report !== undefined) exportedOf(mayReport(flags.report, reportKind))
  const job = /^\d+$/.test(what) ? await again(app, what) : await made(app, sourceOf(what, args, flags), flags)
  const stop = app.on((event) => {
    if (event.type === 'rehearsal' && event.job === job) progress(event.pass, event.done, event.total)
  })
  const { worker, share, skip, slots, discard } = flags
  const view = await ask(app, 'job.rehearse', { job, worker, share, skip, slots, discard })
  stop()
  if (process.stderr.isTTY) note('')
  if (flags.json) {
    const { findings, passes } = view
    // nothing ran, or nothing of it was measured
    const forecast = await app.call('job.forecast', { job, workers: [1, 10, 50] })
    write(JSON.stringify({ job, findings, passes, forecast: forecast.ok ? forecast.value : null }))
  } else write(reportText(view))
  if (flags.report !== undefined) {
    const { path } = exportedOf(await app.call('rehearsal.save', { job, out: flags.report }))
    note(`report: ${path}`)
  }
  if (view.findings.some(isError)) process.exitCode = 1
}

async function again(app: App, text: string): Promise<number> {
  const { job } = await ask(app, 'job.rerun', { job: jobNumber(text) ?? 0 })
  note(`job ${job} is job ${text} once more`)
  return job
}

async function made(app: App, source: FileSource, flags: RehearseFlags): Promise<number> {
  await askForTrust(app, source, flags, 'run')
  const { job } = await ask(app, 'job.create', graphInput(source, flags))
  return job
}

let last = ''

/** On a terminal one line that is written over, else a line when a pass is done. */
function progress(name: PassName, done: number, total: number): void {
  const text = `${passLabels[name]}: ${done} of ${total}`
  if (process.stderr.isTTY) process.stderr.write(`\r${text}${' '.repeat(Math.max(0, last.length - text.length))}`)
  else if (done === total) note(text)
  last = text
}

function reportText({ findings, passes }: { findings: Finding[]; passes: PassReport[] }): string {
  const open = passes.filter(({ looked, why }) => !looked || why)
  return [
    ...(findings.length ? findings.map(findingText) : ['nothing found']),
    ...open.map(({ name, looked, why }) => `${looked ? 'note' : 'not looked at'}: ${passLabels[name]}: ${why}`)
  ].join('\n')
}

function findingText({ kind, severity, tasks, message, remedy, evidence }: Finding): string {
  const names = tasks.length > 6 ? `${tasks.slice(0, 6).join(', ')} and ${tasks.length - 6} more` : tasks.join(', ')
  return [
    `${severity} ${kind}: ${oneLine(message)}`,
    `  tasks: ${oneLine(names)}`,
    ...evidence.map((line) => `  ${oneLine(line)}`),
    `  to mend it: ${oneLine(remedy)}`,
    ''
  ].join('\n')
}
