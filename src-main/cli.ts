/** `backlot`: argv → the same calls as the window. Data on stdout, progress on stderr, exit codes that mean something. */
import { Command, CommanderError } from 'commander'
import { beQuiet, chooseDataDir, documentOf, Failure, loadDocuments, note } from './cli/base.ts'
import { bug } from './cli/exit-codes.ts'
import { oneLine, toTerminal } from './cli/outlet.ts'
import { errorKinds } from './domain/result.ts'
import { projectFor } from './cli/project.ts'
import { commandIn, loadCommands } from './cli/commands.ts'
import { refuseEmpty } from './cli/empty.ts'
import { examples } from './cli/help.ts'
import { packageRoot, versionOf } from './paths.ts'

/** tracebacks are printed whole */
let verbose = false

const program = new Command('backlot')
  .description('Rehearses a render-farm job on one machine.')
  .option(
    '--data-dir <dir>',
    'where jobs, logs and results are kept (default: BACKLOT_DATA_DIR or the user data folder)'
  )
  .version(versionOf(packageRoot()), '--version', 'print Backlot’s version')
  .helpOption('-h, --help', 'how a command is used')
  .helpCommand('help [command]', 'the same')
  .configureHelp({ showGlobalOptions: true })
  .exitOverride()
  .configureOutput({ writeErr: (text) => process.stderr.write(toTerminal(text)) })
  .showHelpAfterError(false)
  .option('-q, --quiet', 'say only what failed or is wrong: no plan, no progress, no summary')
  .hook('preAction', async (_, action) => {
    const { dataDir, quiet = false } = program.opts<{ dataDir?: string; quiet?: boolean }>()
    refuseEmpty(program, action)
    const project = await projectFor(action)
    chooseDataDir(dataDir, project?.dataDir)
    if (project) (await import('./cli/project-defaults.ts')).applyProject(project, action)
    beQuiet(quiet)
    const { verbose: tracebacks = false, json = false } = action.opts<{ verbose?: boolean; json?: boolean }>()
    verbose = tracebacks
    if (json) await loadDocuments()
  })

examples(
  program,
  ['backlot demo', 'see one run: the film that Backlot brings along'],
  ['backlot run film.json', 'run a graph’s job here'],
  ['backlot why Comp-3', 'why a task does not run'],
  ['backlot log Comp-3', 'what it printed'],
  ['backlot rehearse film.json', 'what would break on a farm'],
  ['backlot export --format openjd --out film', 'the job for a farm']
)

/** Whether documents are wanted, also where the rest of the command line is wrong. */
const wantsJson = (argv: readonly string[]): boolean => {
  const end = argv.indexOf('--')
  return argv.slice(0, end < 0 ? undefined : end).includes('--json')
}

/** What commander says of a command line that is wrong stands on stderr already, in words. */
async function parsed({ exitCode, message }: CommanderError, asJson: boolean): Promise<number> {
  if (exitCode === 0) return 0
  if (asJson) await tellJson({ kind: 'arguments', message: message.replace(/^error: /, '') }, 2)
  return 2
}

async function tellJson(
  error: {
    kind: (typeof errorKinds)[number] | 'arguments'
    message: string
    details?: Readonly<Record<string, unknown>>
  },
  exitCode: number
): Promise<void> {
  await loadDocuments()
  note(
    JSON.stringify(
      documentOf('error', { error: { ...error, details: error.details && { ...error.details }, exitCode } })
    )
  )
}

/** The program with all its commands, for those who describe it. */
export async function wholeProgram(): Promise<Command> {
  if (program.commands.length === 0) await loadCommands(program, null)
  return program
}

/** Runs one command line; returns the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const asJson = wantsJson(argv)
  try {
    if (argv.join() !== '--version') await loadCommands(program, commandIn(argv))
    await program.parseAsync([...argv], { from: 'user' })
    return typeof process.exitCode === 'number' ? process.exitCode : 0
  } catch (error) {
    if (error instanceof CommanderError) return await parsed(error, asJson)
    if (!(error instanceof Failure)) {
      note(error instanceof Error ? (error.stack ?? error.message) : String(error))
      note('this is a bug in Backlot; please report it with the lines above')
      return bug
    }
    if (asJson) await tellJson(error.error, error.code)
    else {
      note(`backlot: ${oneLine(error.message)}`)
      if (error.traceback !== '') note(verbose ? error.traceback.trimEnd() : 'the whole traceback: --verbose')
    }
    return error.code
  }
}
