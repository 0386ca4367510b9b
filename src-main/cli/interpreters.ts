/** How commands are launched. */
import { Option, type Command } from 'commander'
import type { Output } from '../api.ts'
import { evaluations, plainDetails, shippedProgram, starts, type Interpreter } from '../domain/interpreter.ts'
import { addRulesCommand } from './log-rules.ts'
import { table } from './print.ts'
import { ask, call, collect, Failure, json, memory, note, pair, whole, withApp, write } from './base.ts'
import { notSo } from './exit-codes.ts'
import { examples, interpreterArgument } from './help.ts'

/** interpreter list, set, reset, remove, check */
export function addInterpreterCommands(program: Command): void {
  const interpreterCommand = program.command('interpreter').description('how commands are launched')
  addList(interpreterCommand)
  addSet(interpreterCommand)
  addReset(interpreterCommand)
  addRemove(interpreterCommand)
  addCheck(interpreterCommand)
  addRulesCommand(interpreterCommand)
}

function addList(interpreterCommand: Command): void {
  const command = interpreterCommand
    .command('list')
    .description('all that are set, with how each is launched')
    .option('--json', 'as JSON')
    .action(async (flags: { json?: boolean }) => {
      const list = await call('interpreter.list', {})
      if (flags.json) json('interpreter list', list)
      else
        write(
          table(
            ['NAME', 'START', 'LIMIT', 'EVALUATOR', 'ENV', 'COMMAND'],
            list.map((i) => [
              ...[i.name, i.evaluator === 'none' ? 'cold' : i.start, String(i.limit ?? ''), i.evaluator],
              Object.entries(i.env)
                .map(([name, value]) => `${name}=${value}`)
                .join(' '),
              [...i.wrapper, ...i.argv].join(' ')
            ])
          )
        )
    })
  examples(command, ['backlot interpreter list', 'names, commands and limits'])
}

function addSet(interpreterCommand: Command): void {
  const command = interpreterCommand
    .command('set')
    .argument('<name>', 'an interpreter’s name; a new one is added')
    .argument('[argv...]', 'its command behind --; {evaluator} and {task} stand for files of Backlot’s')
    .description('add an interpreter or change one')
    .option(
      '--env <name=value>',
      'an environment variable (repeatable; all that it has are named)',
      (text, known?: unknown) => pair(text, isPairs(known) ? known : {})
    )
    .option('--no-env', 'no variable of its own')
    .option('--wrapper <argument>', 'put before the command (repeatable, in order)', (text, known?: unknown) =>
      collect(text, isTexts(known) ? known : [])
    )
    .option('--no-wrapper', 'nothing before the command')
    .option('--limit <n>', 'at most so many tasks at once; 0: no limit', whole(0))
    .option('--memory <size>', 'stop a task that has more in memory, such as "4 GB"; 0: no limit', memoryOrNone)
    .addOption(new Option('--evaluator <kind>', 'the language of its nodes').choices(evaluations))
    .addOption(new Option('--start <how>', 'cold, fork (Python) or session').choices(starts))
    .option('--setup <code>', 'code to run before a node is loaded')
    .option('--reset <code>', 'code that puts its program back before each task of a session but the first')
    .option(
      '--encoder <module:function>',
      'the Python function that writes values which are no JSON; backlot:encode knows the usual ones; "": none'
    )
    .action((name: string, argv: string[], flags: SetFlags) =>
      withApp(async (app) => {
        const known = (await ask(app, 'interpreter.list', {})).find((entry) => entry.name === name)
        const changed = argv.length ? argv : known?.argv
        if (!changed)
          throw new Failure({
            kind: 'usage',
            message: `${name} is new, so it needs a command: backlot interpreter set ${name} -- PROGRAM {evaluator} {task}`
          })
        await ask(app, 'interpreter.set', { ...changedBy(known ?? newEntry(changed), flags), name, argv: changed })
        if (argv.length && !argv.some((a) => a.includes('{evaluator}')))
          note(`${name}: its command has no {evaluator}, so it will not evaluate nodes`)
      })
    )
  examples(
    command,
    ['backlot interpreter set maya -- /opt/maya/bin/mayapy {evaluator} {task}', 'where Maya is'],
    ['backlot interpreter set maya --limit 2 --env MAYA_LOCATION=/opt/maya', 'two at once; a variable'],
    ['backlot interpreter set gzip --evaluator none -- gzip -k /a/file', 'a plain command']
  )
}

const memoryOrNone = (text: string): number => (text === '0' ? 0 : memory(text))

type Details = Omit<Interpreter, 'name' | 'argv'>

/** A program that Backlot knows is set up and put back as its shipped entry says. */
function newEntry(argv: readonly string[]): Details {
  const { setup = '', reset = '' } = shippedProgram({ argv: [...argv] }) ?? {}
  return { ...plainDetails, wrapper: [], setup, reset }
}

const changedBy = (before: Details, { env, wrapper, limit, memory, ...flags }: SetFlags): Details => ({
  ...before,
  env: env === false ? {} : (env ?? before.env),
  wrapper: wrapper === false ? [] : (wrapper ?? before.wrapper),
  limit: limit === undefined ? before.limit : limit || null,
  memory: memory === undefined ? before.memory : memory || null,
  evaluator: flags.evaluator ?? before.evaluator,
  start: flags.start ?? before.start,
  setup: flags.setup ?? before.setup,
  reset: flags.reset ?? before.reset,
  encoder: flags.encoder ?? before.encoder
})

/** What an option has gathered so far; `--no-…` before it leaves a false. */
const isPairs = (known: unknown): known is Record<string, string> => typeof known === 'object' && known !== null
const isTexts = (known: unknown): known is string[] => Array.isArray(known)

function addReset(interpreterCommand: Command): void {
  const command = interpreterArgument(interpreterCommand.command('reset'))
    .description('put the entry back that comes with Backlot')
    .action(async (name: string) => {
      await call('interpreter.reset', { name })
    })
  examples(command, ['backlot interpreter reset maya', 'as it was shipped'])
}

function addRemove(interpreterCommand: Command): void {
  const command = interpreterArgument(interpreterCommand.command('remove'))
    .description('forget an interpreter; jobs that were made with it keep it')
    .action(async (name: string) => {
      await call('interpreter.remove', { name })
    })
  examples(command, ['backlot interpreter remove mine', 'nodes that want it are refused from then on'])
}

function addCheck(interpreterCommand: Command): void {
  const command = interpreterArgument(interpreterCommand.command('check'), '[name]')
    .description(
      'start it and report its program and version, and whether flowpipe and typing_extensions are there; of a plain command only where its program is'
    )
    .option('--json', 'as JSON')
    .action(async (name: string | undefined, flags: { json?: boolean }) => {
      const checks = await call('interpreter.check', { name })
      if (flags.json) json('interpreter check', checks)
      else write(checkTable(checks))
      for (const one of checks)
        if (one.found && one.remedy !== null && !flags.json)
          note(`${one.name} lacks ${one.flowpipe === null ? 'flowpipe' : 'typing_extensions'}; ${one.remedy}`)
      // many of the shipped ones are on no machine, so only one that is asked for has to be there
      if (name !== undefined && checks.some((one) => !one.found || one.remedy !== null)) process.exitCode = notSo
    })
  examples(
    command,
    ['backlot interpreter check', 'all of them'],
    ['backlot interpreter check maya', 'one; it has to be there']
  )
}

interface SetFlags {
  env?: Record<string, string> | false
  wrapper?: string[] | false
  limit?: number
  memory?: number
  evaluator?: Interpreter['evaluator']
  start?: Interpreter['start']
  setup?: string
  reset?: string
  encoder?: string
}

const programText = ({ name, version, path }: Program): string =>
  `${[name, version].filter(Boolean).join(' ')}${path === null ? '' : ` at ${path}`}`
type Program = Extract<Output<'interpreter.check'>[number], { found: true }>['program']

export const checkTable = (checks: Output<'interpreter.check'>) =>
  table(
    ['NAME', 'PYTHON', 'FLOWPIPE', 'TYPING_EXTENSIONS', 'PROGRAM'],
    checks.map((c) => {
      if (!c.found) return [c.name, '', '', '', `not found: ${c.reason}`]
      if (c.language === 'none') return [c.name, '', '', '', `found: ${c.executable}`]
      if (c.language !== 'python') return [c.name, '', '', '', programText(c.program)]
      const extensions = c.typingExtensions ? 'found' : 'not found'
      return [c.name, c.version, c.flowpipe ?? 'not found', extensions, programText(c.program)]
    })
  )
