/** Looking at a graph before it is a job. */
import type { Command } from 'commander'
import { guideTable, planTable, problemText } from './print.ts'
import { call, convertFlags, graphInput, json, note, write, type ConvertFlags } from './base.ts'

/** graph show, convert, preflight */
export function addGraphCommands(program: Command): void {
  const graphCommand = program.command('graph').description('look at a graph')

  graphCommand
    .command('show <graph>')
    .description('the graph as a picture, as a list, or as facts')
    .option('--json', 'nodes, edges, order and closures as JSON')
    .option('--list', 'nodes and connections as a list')
    .action(async (path: string, flags: { json?: boolean; list?: boolean }) => {
      const as = flags.json ? 'facts' : flags.list ? 'list' : 'picture'
      write((await call('graph.show', { source: { path }, as })).text)
    })

  convertFlags(program.command('convert <graph>').description('the job a graph becomes; nothing is stored'))
    .option('--guide', 'the guide’s own converter beside ours, with what it would have lost')
    .option('--json', 'as JSON')
    .action((path: string, flags: ConvertFlags & { guide?: boolean; json?: boolean }) =>
      flags.guide ? showGuide(path, flags) : showJob(path, flags)
    )

  convertFlags(program.command('preflight <graph>').description('what is wrong or will surprise, before anything runs'))
    .option('--json', 'as JSON')
    .action(async (path: string, flags: ConvertFlags & { json?: boolean }) => {
      const { problems } = await call('graph.preflight', graphInput(path, flags))
      if (flags.json) json({ problems })
      else if (problems.length) write(problems.map((problem) => problemText(problem, process.stdout)).join('\n'))
      else note('no problems found')
      if (problems.some((problem) => problem.severity === 'error')) process.exitCode = 3
    })
}

async function showJob(path: string, flags: ConvertFlags & { json?: boolean }): Promise<void> {
  if (flags.json) write(await call('graph.reference', graphInput(path, flags)))
  else write(planTable((await call('graph.convert', graphInput(path, flags))).tasks))
}

async function showGuide(path: string, flags: ConvertFlags & { json?: boolean }): Promise<void> {
  const comparison = await call('graph.guide', graphInput(path, flags))
  if (flags.json) json(comparison)
  else write(guideTable(comparison.nodes))
  note(comparison.verdict)
}
