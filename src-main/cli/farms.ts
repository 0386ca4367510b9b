/** Jobs on a farm: submitted, followed, brought back. */
import { existsSync, statSync } from 'node:fs'
import type { Command } from 'commander'
import type { App } from '../app.ts'
import { ask, Failure, json, note, withApp, write } from './base.ts'
import { farmJob, followFolder, isBad, leftText, openText, pulledText, tellMissing, unheardText } from './follow.ts'
import { examples } from './help.ts'
import { addSubmit } from './submit.ts'

/** submit, follow, pull */
export function addFarmCommands(program: Command): void {
  addSubmit(program)
  addFollow(program)
  addPull(program)
}

interface PullFlags {
  run?: string
  client?: boolean
  json?: boolean
}

function addPull(program: Command): void {
  const command = program
    .command('pull')
    .argument('<folder>', 'what backlot export wrote, while the farm runs it or after')
    .description(
      'bring the results of an export’s folder back: a submission is one job here, brought up to date each time'
    )
    .option('--run <name>', 'an earlier submission than the newest, as runs/ has it')
    .option('--no-client', 'from the folder alone: the farm’s own client is not asked')
    .option('--json', 'as JSON')
    .action((path: string, { run, client, json: asJson }: PullFlags) =>
      withApp(async (app) => {
        const pulled = await ask(app, 'job.pull', { path, run, ask: client })
        if (asJson) json('pull', pulled)
        else {
          write(pulledText(pulled))
          tellMissing(pulled)
          const left = leftText(pulled)
          if (pulled.unheard !== null) note(unheardText(pulled.unheard))
          if (pulled.farm.open) note(openText(pulled))
          else if (left !== null) note(left)
        }
        if (isBad(pulled)) process.exitCode = 1
      })
    )
  examples(
    command,
    ['backlot pull film', 'results, logs and times of the farm, as a job here'],
    ['backlot pull film --run 20261128-101500-4711', 'those of an earlier submission']
  )
}

function addFollow(program: Command): void {
  const command = program
    .command('follow')
    .argument('[job|folder]', 'a job on a farm (default: the newest), or an export’s folder')
    .description(
      'watch a job on its farm until it has ended there: states, progress, logs and outputs, from its folder'
    )
    .option('--run <name>', 'an earlier submission of the folder than the newest')
    .option('--no-client', 'from the folder alone: the farm’s own client is not asked')
    .option('--json', 'one JSON line per event, the last one {"job": …, "status": …}')
    .action((what: string | undefined, { run, client, json: asJson = false }: PullFlags) =>
      withApp(async (app) => {
        const place = await placeOf(app, what)
        await followFolder(app, { ...place, ...(run === undefined ? {} : { run }), client: client ?? true, asJson })
      })
    )
  examples(
    command,
    ['backlot follow', 'the newest job that is on a farm'],
    ['backlot follow film', 'the newest submission of an export’s folder'],
    ['backlot follow 7 --json', 'events, to be read by a program']
  )
}

async function placeOf(app: App, what: string | undefined): Promise<{ path: string; run?: string }> {
  if (what !== undefined && !/^\d+$/.test(what)) return { path: what }
  // a folder may be called as a number is
  if (what !== undefined && existsSync(what) && statSync(what).isDirectory()) return { path: what }
  const job = await farmJob(app, what)
  if (job) return { path: job.farm.folder, ...(job.farm.run === null ? {} : { run: job.farm.run }) }
  const message =
    what === undefined
      ? 'no job is on a farm; name an export’s folder: backlot follow FOLDER'
      : `job ${what} runs here and on no farm; submit it with: backlot submit ${what} --to FORMAT`
  throw new Failure({ kind: 'usage', message })
}
