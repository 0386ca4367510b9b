/** Jobs out, results in, and the state of this machine. */
import { Option, type Command } from 'commander'
import { exportFormats } from '../core/export/farms.ts'
import { table } from '../print.ts'
import { call, jobNumber, json, note, write } from './base.ts'
import { checkTable } from './interpreters.ts'

/** export, pull, doctor */
export function addExportCommands(program: Command): void {
  program
    .command('export [job]')
    .description('write a job out (default: the newest)')
    .addOption(new Option('--format <format>', 'what for').choices(exportFormats).default('job-json'))
    .option('--out <path>', 'the file, or the folder of a bundle; without it job-json goes to stdout')
    .action(async (job: string | undefined, flags: { format: (typeof exportFormats)[number]; out?: string }) => {
      const exported = await call('job.export', { job: jobNumber(job), format: flags.format, out: flags.out })
      if (exported.text !== null) write(exported.text)
      if (exported.path !== null) note(`written: ${exported.path}`)
      for (const line of exported.notes) note(line)
    })

  program
    .command('pull <bundle>')
    .description('bring a bundle’s results back as a run of the same job')
    .option('--json', 'as JSON')
    .action(async (path: string, flags: { json?: boolean }) => {
      const pulled = await call('job.pull', { path })
      if (flags.json) json(pulled)
      else
        write(
          `job ${pulled.job}: ${pulled.succeeded} succeeded, ${pulled.failed} failed, ${pulled.missing} without a result`
        )
      if (pulled.failed) process.exitCode = 1
    })

  program
    .command('doctor')
    .description('versions, interpreters, data folder, free space')
    .option('--json', 'as JSON')
    .action(async (flags: { json?: boolean }) => {
      const report = await call('doctor', {})
      if (flags.json) {
        json(report)
        return
      }
      const { interpreters, evaluators: files, ...rest } = report
      const rows = Object.entries(rest).map(([key, value]) => [
        key,
        key === 'freeBytes' ? `${(Number(value) / 1e9).toFixed(1)} GB` : String(value)
      ])
      const found = Object.entries(files).map(([kind, file]) => [
        `${kind} evaluator`,
        file.found ? file.path : `missing: ${file.path}`
      ])
      write(table(['WHAT', ''], [...rows, ...found]))
      write(checkTable(interpreters))
    })
}
