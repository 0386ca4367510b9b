/** What a render-farm worker has, as a file. */
import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { problemLine } from '../core/rehearse/profile.ts'
import { effectiveText, writeProfile } from '../core/rehearse/profile-text.ts'
import { isError } from '../domain/problems.ts'
import { anyWorker, workerFile } from '../domain/worker.ts'
import { call, collect, Failure, json, note, write } from './base.ts'
import { examples } from './help.ts'
import { severityText } from './print.ts'

/** worker init, check, show */
export function addWorkerCommands(program: Command): void {
  const worker = program.command('worker').description('what a farm’s worker has, for rehearsals')
  addInit(worker)
  addCheck(worker)
  addShow(worker)
}

function addInit(worker: Command): void {
  const command = worker
    .command('init')
    .argument('[file]', 'where to write it')
    .description(`write a profile to begin with (default: ${workerFile} here)`)
    .option('--share <dir>', 'a folder that all machines see (repeatable)', collect)
    .option('--force', 'write over a file that is there')
    .action(async (file: string | undefined, flags: { share?: string[]; force?: boolean }) => {
      const written = await writeProfile(file ?? workerFile, { share: flags.share ?? [], force: flags.force ?? false })
      if (!written.ok) throw new Failure(written.error)
      write(written.value)
    })
  examples(command, ['backlot worker init --share /mnt/show', `${workerFile} here, with this share`])
}

function addCheck(worker: Command): void {
  const command = worker
    .command('check')
    .argument('[file]', `the profile (default: ${workerFile} here)`)
    .description('what is wrong with a profile or will surprise (exit code 2 where a rehearsal would refuse it)')
    .option('--json', 'as JSON')
    .action(async (file: string | undefined, flags: { json?: boolean }) => {
      const checked = await call('worker.check', { path: file ?? workerFile })
      if (flags.json) json('worker check', checked)
      else if (checked.problems.length === 0) write(`${checked.path} is right`)
      else
        for (const one of checked.problems)
          write(`${severityText(one.severity, process.stdout)} ${problemLine(checked.path, one)}`)
      if (checked.problems.some(isError)) process.exitCode = 2
    })
  examples(command, ['backlot worker check', 'each mistake with its line'])
}

function addShow(worker: Command): void {
  const command = worker
    .command('show')
    .argument('[file]', `the profile (default: ${workerFile} here)`)
    .description('the profile that counts, with what the file leaves out')
    .option('--json', 'as JSON')
    .action(async (file: string | undefined, flags: { json?: boolean }) => {
      const none = file === undefined && !existsSync(workerFile)
      const profile = none ? anyWorker : await call('worker.show', { path: file ?? workerFile })
      if (none) note(`there is no ${workerFile} here: a worker of which nothing is written down`)
      if (flags.json) json('worker show', { ...profile })
      else write(effectiveText(profile))
    })
  examples(command, ['backlot worker show', 'what a rehearsal takes a worker to have'])
}
