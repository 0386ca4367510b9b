/** How commands are launched. */
import { Option, type Command } from 'commander'
import type { Output } from '../api.ts'
import { evaluations, plainDetails, starts, type Interpreter } from '../domain/interpreter.ts'
import { addRulesCommand } from './log-rules.ts'
import { table } from './print.ts'
import { ask, call, collect, Failure, json, note, pair, whole, withApp, write } from './base.ts'

/** interpreter list, set, remove, check */
export function addInterpreterCommands(program: Command): void {
  const interpreterCommand = program.command('interpreter').description('how commands are launched')
  addList(interpreterCommand)
  addSet(interpreterCommand)
  addRemove(interpreterCommand)
  addCheck(interpreterCommand)
  addRulesCommand(interpreterCommand)
}

function addList(interpreterCommand: Command): void {
  interpreterCommand
    .command('list')
    .option('--json', 'as JSON')
    .action(async (flags: { json?: boolean }) => {
      const list = await call('interpreter.list', {})
      if (flags.json) json(list)
      else
        write(
          table(
            ['NAME', 'LIMIT', 'EVALUATOR', 'COMMAND'],
            list.map((i) => [i.name, String(i.limit ?? ''), i.evaluator, [...i.wrapper, ...i.argv].join(' ')])
          )
        )
    })
}

function addSet(interpreterCommand: Command): void {
  interpreterCommand
    .command('set <name> [argv...]')
    .description('add or change one: backlot interpreter set maya -- /opt/maya/bin/mayapy {evaluator} {task}')
    .option('--env <name=value>', 'an environment variable (repeatable)', pair)
    .option('--wrapper <argument>', 'put before the command (repeatable, in order)', collect)
    .option('--limit <n>', 'at most so many tasks at once; 0: no limit', whole(0))
    .addOption(new Option('--evaluator <kind>', 'the language of its nodes').choices(evaluations))
    .addOption(new Option('--start <how>', 'cold, fork (Python) or session').choices(starts))
    .option('--setup <code>', 'code to run before a node is loaded')
    .action((name: string, argv: string[], flags: SetFlags) =>
      withApp(async (app) => {
        const known = (await ask(app, 'interpreter.list', {})).find((entry) => entry.name === name)
        const changed = argv.length ? argv : known?.argv
        if (!changed)
          throw new Failure({
            kind: 'usage',
            message: `${name} is new, so it needs a command: backlot interpreter set ${name} -- PROGRAM {evaluator} {task}`
          })
        const before = known ?? { ...plainDetails, wrapper: [] }
        await ask(app, 'interpreter.set', {
          ...before,
          name,
          argv: changed,
          env: flags.env ?? before.env,
          wrapper: flags.wrapper ?? before.wrapper,
          limit: flags.limit === undefined ? before.limit : flags.limit || null,
          evaluator: flags.evaluator ?? before.evaluator,
          start: flags.start ?? before.start,
          setup: flags.setup ?? before.setup
        })
        if (argv.length && !argv.some((a) => a.includes('{evaluator}')))
          note(`${name}: its command has no {evaluator}, so it will not evaluate nodes`)
      })
    )
}

function addRemove(interpreterCommand: Command): void {
  interpreterCommand.command('remove <name>').action(async (name: string) => {
    await call('interpreter.remove', { name })
  })
}

function addCheck(interpreterCommand: Command): void {
  interpreterCommand
    .command('check [name]')
    .description('start it and report its version, and whether flowpipe and typing_extensions are there')
    .option('--json', 'as JSON')
    .action(async (name: string | undefined, flags: { json?: boolean }) => {
      const checks = await call('interpreter.check', { name })
      if (flags.json) json(checks)
      else write(checkTable(checks))
      if (name !== undefined && checks.some((c) => !c.found)) process.exitCode = 1
    })
}

interface SetFlags {
  env?: Record<string, string>
  wrapper?: string[]
  limit?: number
  evaluator?: Interpreter['evaluator']
  start?: Interpreter['start']
  setup?: string
}

export const checkTable = (checks: Output<'interpreter.check'>) =>
  table(
    ['NAME', 'VERSION', 'FLOWPIPE', 'TYPING_EXTENSIONS', 'PROGRAM'],
    checks.map((c) =>
      c.found
        ? [
            c.name,
            c.version,
            c.flowpipe ?? (c.language === 'python' ? 'not found' : ''),
            c.language !== 'python' ? '' : c.typingExtensions ? 'found' : 'not found',
            c.executable
          ]
        : [c.name, 'not found', '', '', c.reason]
    )
  )
