/**
 * The commands, each with the file that has it. Of all of them only the one that is typed is loaded: a command line that
 * lists jobs needs nothing of exports. Help that lists them, completion and names that are mistyped load them all.
 */
import type { Command } from 'commander'

type Add = (program: Command) => void

const files: readonly (readonly [names: readonly string[], load: () => Promise<Add>])[] = [
  [['graph', 'preflight', 'convert'], async () => (await import('./graphs.ts')).addGraphCommands],
  [['run', 'resume', 'rerun', 'retry'], async () => (await import('./run.ts')).addRunCommands],
  [['demo'], async () => (await import('./demo.ts')).addDemoCommand],
  [['rehearse'], async () => (await import('./rehearse.ts')).addRehearseCommand],
  [['pause', 'stop', 'omit', 'priority'], async () => (await import('./control.ts')).addControlCommands],
  [['jobs', 'delete', 'undelete', 'gc'], async () => (await import('./jobs.ts')).addJobsCommands],
  [['tasks', 'attempts', 'why', 'outputs'], async () => (await import('./look.ts')).addLookCommands],
  [['log'], async () => (await import('./log.ts')).addLogCommand],
  [['ledger'], async () => (await import('./ledger.ts')).addLedgerCommand],
  [['interpreter'], async () => (await import('./interpreters.ts')).addInterpreterCommands],
  [['worker'], async () => (await import('./worker.ts')).addWorkerCommands],
  [['submit', 'follow', 'pull'], async () => (await import('./farms.ts')).addFarmCommands],
  [['farm'], async () => (await import('./farm.ts')).addFarmCommand],
  [['export', 'doctor'], async () => (await import('./exports.ts')).addExportCommands],
  [['compare'], async () => (await import('./compare.ts')).addCompareCommand],
  [['forecast'], async () => (await import('./forecast.ts')).addForecastCommand],
  [['open'], async () => (await import('./open.ts')).addOpenCommand],
  [['completion'], async () => (await import('./completion.ts')).addCompletionCommands],
  [['schema'], async () => (await import('./schema.ts')).addSchemaCommand]
]

/** Adds the command of that name to the program, or all of them where it is none of them or null. */
export async function loadCommands(program: Command, name: string | null): Promise<void> {
  const wanted = files.filter(([names]) => name !== null && names.includes(name))
  const adds = await Promise.all((wanted.length > 0 ? wanted : files).map(([, load]) => load()))
  for (const add of adds) add(program)
}

/** The command that is typed: the first word that is no option; null where there is none. */
export function commandIn(argv: readonly string[]): string | null {
  const at = argv.findIndex((word, i) => !word.startsWith('-') && argv[i - 1] !== '--data-dir')
  return argv[at] ?? null
}
