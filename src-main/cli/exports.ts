/** Jobs out, results in, and the state of this machine. */
import { Option, type Command } from 'commander'
import { exportFormats, type ExportFormat } from '../domain/formats.ts'
import type { Output } from '../api.ts'
import type { App } from '../app.ts'
import { setAside } from '../core/store/fresh.ts'
import { bytesText } from '../domain/durations.ts'
import { isError } from '../domain/problems.ts'
import type { Result } from '../domain/result.ts'
import { problemText, table } from './print.ts'
import { call, dataDirOf, Failure, jobNumber, json, note, withApp, write } from './base.ts'
import { exitCodes } from './exit-codes.ts'
import { examples, jobArgument } from './help.ts'
import { checkTable } from './interpreters.ts'

interface ExportFlags {
  format: ExportFormat
  out?: string
  check?: boolean
  verify?: boolean
  json?: boolean
}

/** export, doctor */
export function addExportCommands(program: Command): void {
  addExport(program)
  addDoctor(program)
}

function addExport(program: Command): void {
  const command = jobArgument(program.command('export'))
    .description('write a job out (default: the newest)')
    .addOption(new Option('--format <format>', 'what for').choices(exportFormats).default('job-json'))
    .option('--out <path>', 'the file of job-json, the folder of any other; without it job-json goes to stdout')
    .option(
      '--check',
      'only say what the format cannot carry; nothing is written (exit code 2 where it would be refused)'
    )
    .option('--verify', 'read the written file back and compare it with the job; any difference is an error')
    .option('--json', 'the report as JSON')
    .action((job: string | undefined, flags: ExportFlags) => (flags.check ? check(job, flags) : writeOut(job, flags)))
  examples(
    command,
    ['backlot export --format openjd --check', 'what the format cannot carry; writes nothing'],
    ['backlot export 3 --format openjd --out film --verify', 'write it, read it back, compare'],
    ['backlot export --format job-json > job.json', 'the guide’s job, to stdout']
  )
}

function addDoctor(program: Command): void {
  const command = program
    .command('doctor')
    .description('versions, interpreters, data folder, free space; whether the store is sound')
    .option('--fresh', 'move a damaged store and its logs aside, keep them, and start with an empty one')
    .option('--json', 'as JSON')
    .action(async (flags: { fresh?: boolean; json?: boolean }) => {
      if (flags.fresh) startAfresh()
      const report = await call('doctor', {})
      if (!report.sound) process.exitCode = 2
      if (flags.json) {
        json('doctor', report)
        return
      }
      const { interpreters, evaluators: files, rehearsal, ...rest } = report
      const rows = Object.entries(rest).map(([key, value]) => [
        key,
        key === 'freeBytes'
          ? bytesText(Number(value))
          : value === false
            ? 'no; to start afresh and keep it for repair: backlot doctor --fresh'
            : String(value)
      ])
      const found = Object.entries(files).map(([kind, file]) => [
        `${kind} evaluator`,
        file.found ? file.path : `missing: ${file.path}`
      ])
      write(table(['WHAT', ''], [...rows, ...found, ...rehearsalRows(rehearsal)]))
      write(checkTable(interpreters))
    })
  examples(
    command,
    ['backlot doctor', 'what is here and what is missing'],
    ['backlot doctor --json', 'the same for a report']
  )
}

/** What a rehearsal needs, and how to get what is missing. */
function rehearsalRows({ forbidden, ...tools }: Output<'doctor'>['rehearsal']): string[][] {
  const rows = Object.entries(tools).map(([name, { works, version, why }]) => [
    `rehearsal: ${name}`,
    works ? (version ?? 'works') : `no: ${why}`
  ])
  return [...rows, ...forbidden.map((text) => ['rehearsal: kernel', text])]
}

function startAfresh(): void {
  const moved = setAside(dataDirOf(), Date.now())
  if (!moved.ok) throw new Failure(moved.error)
  note(`the damaged store and its logs are kept in ${moved.value}; the new one is empty`)
}

/** An export that fails is no task that fails: its exit code is never 1. */
const exporting = <T>(work: (app: App) => Promise<Result<T>>): Promise<T> =>
  withApp(async (app) => exportedOf(await work(app)))

/** What was exported. Throws (`Failure`) with an exit code above 1. */
export function exportedOf<T>(result: Result<T>): T {
  if (result.ok) return result.value
  throw new Failure(result.error, Math.max(exitCodes.usage, exitCodes[result.error.kind]))
}

async function check(job: string | undefined, { format, json: asJson }: ExportFlags): Promise<void> {
  const { problems, files } = await exporting((app) => app.call('job.preview', { job: jobNumber(job), format }))
  if (asJson) json('export', { format, problems, files: files.map(({ path, bytes }) => ({ path, bytes })) })
  else if (problems.length === 0) write(`${format} carries all of this job`)
  else for (const problem of problems) write(problemText(problem, process.stdout))
  if (problems.some(isError)) process.exitCode = 2
}

async function writeOut(job: string | undefined, { format, out, verify, json: asJson }: ExportFlags): Promise<void> {
  const exported = await exporting((app) => app.call('job.export', { job: jobNumber(job), format, out, verify }))
  if (asJson) {
    json('export', { format, ...exported })
    return
  }
  for (const problem of exported.problems) note(problemText(problem, process.stderr))
  if (exported.text !== null) write(exported.text)
  if (exported.path !== null) note(`written: ${exported.path}`)
  if (exported.verified) note('read back: the same tasks, frames and dependencies')
}
