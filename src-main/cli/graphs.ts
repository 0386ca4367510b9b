/** Looking at a graph before it is a job. */
import type { Command } from 'commander'
import type { App } from '../app.ts'
import { isError } from '../domain/problems.ts'
import { ask, convertFlags, graphInput, json, note, withApp, write, type ConvertFlags } from './base.ts'
import { examples, graphArgument } from './help.ts'
import { guideTable, planTable, problemText } from './print.ts'
import { sourceFlags, sourceOf, type FileSource, type SourceFlags } from './source.ts'
import { askForTrust } from './trust.ts'

type LookFlags = ConvertFlags & SourceFlags & { json?: boolean }

/** graph show, convert, preflight */
export function addGraphCommands(program: Command): void {
  const graphCommand = program.command('graph').description('look at a graph')

  const show = sourceFlags(graphArgument(graphCommand.command('show')))
    .description('the graph as a picture, as a list, or as facts')
    .option('--json', 'nodes, edges, order and closures as JSON')
    .option('--list', 'nodes and connections as a list')
    .action((text: string, args: string[], flags: SourceFlags & { json?: boolean; list?: boolean }) => {
      const source = sourceOf(text, args, flags)
      return look(source, flags, async (app) => {
        const as = flags.json ? 'facts' : flags.list ? 'list' : 'picture'
        write((await ask(app, 'graph.show', { source, as })).text)
        await tellNotes(app, source)
      })
    })

  examples(
    show,
    ['backlot graph show film.json', 'a picture of it'],
    ['backlot graph show film.json --list', 'nodes and connections'],
    ['backlot graph show shots.py:build --list -- sh010', 'the graph that a function gives']
  )

  const convert = sourceFlags(convertFlags(graphArgument(program.command('convert'))))
    .description('the job a graph becomes; nothing is stored')
    .option('--guide', 'the guide’s own converter beside ours, with what it would have lost')
    .option('--json', 'as JSON')
    .action((text: string, args: string[], flags: LookFlags & { guide?: boolean }) => {
      const source = sourceOf(text, args, flags)
      return look(source, flags, async (app) => {
        await (flags.guide ? showGuide(app, source, flags) : showJob(app, source, flags))
        await tellNotes(app, source)
      })
    })

  examples(
    convert,
    ['backlot convert film.json', 'its tasks, and what each waits for'],
    ['backlot convert film.json --guide', 'beside what the guide’s own converter makes']
  )

  const preflight = sourceFlags(convertFlags(graphArgument(program.command('preflight'))))
    .description('what is wrong or will surprise, before anything runs')
    .option('--json', 'as JSON')
    .action((text: string, args: string[], flags: LookFlags) => {
      const source = sourceOf(text, args, flags)
      return look(source, flags, (app) => showProblems(app, source, flags))
    })
  examples(preflight, ['backlot preflight film.json', 'each problem with its node and a remedy'])
}

/** A look at a graph file, once its code may run. */
const look = (source: FileSource, flags: SourceFlags, work: (app: App) => Promise<void>): Promise<void> =>
  withApp(async (app) => {
    await askForTrust(app, source, flags, 'look')
    await work(app)
  })

/** What there is to know of the graph as its file was read. */
async function tellNotes(app: App, source: FileSource): Promise<void> {
  const { notes } = await ask(app, 'graph.notes', { source })
  for (const one of notes) note(problemText(one, process.stderr))
}

async function showProblems(app: App, source: FileSource, flags: LookFlags): Promise<void> {
  const { problems } = await ask(app, 'graph.preflight', graphInput(source, flags))
  if (flags.json) json('preflight', { problems })
  else if (problems.length) write(problems.map((problem) => problemText(problem, process.stdout)).join('\n'))
  else note('no problems found')
  if (problems.some(isError)) process.exitCode = 3
}

async function showJob(app: App, source: FileSource, flags: LookFlags): Promise<void> {
  if (flags.json) write(await ask(app, 'graph.reference', graphInput(source, flags)))
  else write(planTable((await ask(app, 'graph.convert', graphInput(source, flags))).tasks))
}

async function showGuide(app: App, source: FileSource, flags: LookFlags): Promise<void> {
  const comparison = await ask(app, 'graph.guide', graphInput(source, flags))
  if (flags.json) json('convert --guide', comparison)
  else write(guideTable(comparison.nodes))
  note(comparison.verdict)
}
