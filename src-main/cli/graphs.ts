/** Looking at a graph before it is a job. */
import type { Command } from 'commander'
import type { App } from '../app.ts'
import { isError } from '../domain/problems.ts'
import {
  ask,
  convertFlags,
  graphInput,
  json,
  note,
  trustFlag,
  withApp,
  write,
  type ConvertFlags,
  type TrustFlag
} from './base.ts'
import { examples, graphArgument } from './help.ts'
import { guideTable, planTable, problemText } from './print.ts'
import { askForTrust } from './trust.ts'

type LookFlags = ConvertFlags & TrustFlag & { json?: boolean }

/** graph show, convert, preflight */
export function addGraphCommands(program: Command): void {
  const graphCommand = program.command('graph').description('look at a graph')

  const show = trustFlag(graphArgument(graphCommand.command('show')))
    .description('the graph as a picture, as a list, or as facts')
    .option('--json', 'nodes, edges, order and closures as JSON')
    .option('--list', 'nodes and connections as a list')
    .action((path: string, flags: TrustFlag & { json?: boolean; list?: boolean }) =>
      look(path, flags, async (app) => {
        const as = flags.json ? 'facts' : flags.list ? 'list' : 'picture'
        write((await ask(app, 'graph.show', { source: { path }, as })).text)
      })
    )

  examples(
    show,
    ['backlot graph show film.json', 'a picture of it'],
    ['backlot graph show film.json --list', 'nodes and connections']
  )

  const convert = trustFlag(convertFlags(graphArgument(program.command('convert'))))
    .description('the job a graph becomes; nothing is stored')
    .option('--guide', 'the guide’s own converter beside ours, with what it would have lost')
    .option('--json', 'as JSON')
    .action((path: string, flags: LookFlags & { guide?: boolean }) =>
      look(path, flags, (app) => (flags.guide ? showGuide(app, path, flags) : showJob(app, path, flags)))
    )

  examples(
    convert,
    ['backlot convert film.json', 'its tasks, and what each waits for'],
    ['backlot convert film.json --guide', 'beside what the guide’s own converter makes']
  )

  const preflight = trustFlag(convertFlags(graphArgument(program.command('preflight'))))
    .description('what is wrong or will surprise, before anything runs')
    .option('--json', 'as JSON')
    .action((path: string, flags: LookFlags) => look(path, flags, (app) => showProblems(app, path, flags)))
  examples(preflight, ['backlot preflight film.json', 'each problem with its node and a remedy'])
}

/** A look at a graph file, once its code may run. */
const look = (path: string, flags: TrustFlag, work: (app: App) => Promise<void>): Promise<void> =>
  withApp(async (app) => {
    await askForTrust(app, path, flags, 'look')
    await work(app)
  })

async function showProblems(app: App, path: string, flags: LookFlags): Promise<void> {
  const { problems } = await ask(app, 'graph.preflight', graphInput(path, flags))
  if (flags.json) json('preflight', { problems })
  else if (problems.length) write(problems.map((problem) => problemText(problem, process.stdout)).join('\n'))
  else note('no problems found')
  if (problems.some(isError)) process.exitCode = 3
}

async function showJob(app: App, path: string, flags: LookFlags): Promise<void> {
  if (flags.json) write(await ask(app, 'graph.reference', graphInput(path, flags)))
  else write(planTable((await ask(app, 'graph.convert', graphInput(path, flags))).tasks))
}

async function showGuide(app: App, path: string, flags: LookFlags): Promise<void> {
  const comparison = await ask(app, 'graph.guide', graphInput(path, flags))
  if (flags.json) json('convert --guide', comparison)
  else write(guideTable(comparison.nodes))
  note(comparison.verdict)
}
