/** Looking at a graph before it is a job. */
import type { Command } from 'commander'
import type { App } from '../app.ts'
import { isError, problemSentence, type Problem } from '../domain/problems.ts'
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
import { guideTable, planTable, problemText } from './print.ts'
import { askForTrust } from './trust.ts'

type LookFlags = ConvertFlags & TrustFlag & { json?: boolean }

/** graph show, convert, preflight */
export function addGraphCommands(program: Command): void {
  const graphCommand = program.command('graph').description('look at a graph')

  trustFlag(graphCommand.command('show <graph>'))
    .description('the graph as a picture, as a list, or as facts')
    .option('--json', 'nodes, edges, order and closures as JSON')
    .option('--list', 'nodes and connections as a list')
    .action((path: string, flags: TrustFlag & { json?: boolean; list?: boolean }) =>
      look(path, flags, async (app) => {
        const as = flags.json ? 'facts' : flags.list ? 'list' : 'picture'
        const { text, notices } = await ask(app, 'graph.show', { source: { path }, as })
        write(text)
        say(notices)
      })
    )

  trustFlag(convertFlags(program.command('convert <graph>')))
    .description('the job a graph becomes; nothing is stored')
    .option('--guide', 'the guide’s own converter beside ours, with what it would have lost')
    .option('--json', 'as JSON')
    .action((path: string, flags: LookFlags & { guide?: boolean }) =>
      look(path, flags, (app) => (flags.guide ? showGuide(app, path, flags) : showJob(app, path, flags)))
    )

  trustFlag(convertFlags(program.command('preflight <graph>')))
    .description('what is wrong or will surprise, before anything runs')
    .option('--json', 'as JSON')
    .action((path: string, flags: LookFlags) => look(path, flags, (app) => showProblems(app, path, flags)))
}

/** A look at a graph file, once its code may run. */
const look = (path: string, flags: TrustFlag, work: (app: App) => Promise<void>): Promise<void> =>
  withApp(async (app) => {
    await askForTrust(app, path, flags, 'look')
    await work(app)
  })

async function showProblems(app: App, path: string, flags: LookFlags): Promise<void> {
  const { problems } = await ask(app, 'graph.preflight', graphInput(path, flags))
  if (flags.json) json({ problems })
  else if (problems.length) write(problems.map((problem) => problemText(problem, process.stdout)).join('\n'))
  else note('no problems found')
  if (problems.some(isError)) process.exitCode = 3
}

async function showJob(app: App, path: string, flags: LookFlags): Promise<void> {
  if (flags.json) write(await ask(app, 'graph.reference', graphInput(path, flags)))
  else {
    const { tasks, notices } = await ask(app, 'graph.convert', graphInput(path, flags))
    write(planTable(tasks))
    say(notices)
  }
}

/** What there is to say about a graph's file, beside what was asked for. */
function say(notices: readonly Problem[]): void {
  for (const notice of notices) note(`${problemSentence(notice)}; ${notice.remedy}`)
}

async function showGuide(app: App, path: string, flags: LookFlags): Promise<void> {
  const comparison = await ask(app, 'graph.guide', graphInput(path, flags))
  if (flags.json) json(comparison)
  else write(guideTable(comparison.nodes))
  note(comparison.verdict)
}
