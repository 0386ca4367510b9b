/** What tasks read and wrote, where that was traced. */
import type { Command } from 'commander'
import type { LedgerView } from '../api.ts'
import type { App } from '../app.ts'
import type { Input } from '../contract.ts'
import { byCodePoint } from '../domain/json.ts'
import { accessKinds, accessLabels, type LedgerEntry } from '../domain/rehearsal.ts'
import { ask, json, note, withApp, write } from './base.ts'
import { examples } from './help.ts'

interface LedgerFlags {
  task?: string
  path?: string
  all?: boolean
  json?: boolean
}

/** ledger */
export function addLedgerCommand(program: Command): void {
  const command = program
    .command('ledger')
    .argument('[task|job]', 'a task’s name, or the number of a job (default: the one rehearsed last)')
    .description('what was read and written, and by whom')
    .option('--task <task>', 'of this task: its number, its name or JOB/NAME')
    .option('--path <text>', 'only paths, variables and addresses that have this text in them')
    .option('--all', 'also what the loading of the nodes’ code did, not their own work alone')
    .option('--json', '{"entries": […], "total": n}')
    .action((of: string | undefined, flags: LedgerFlags) =>
      withApp(async (app) => {
        const { path, all } = flags
        const view = await ask(app, 'ledger.show', { ...(await wanted(app, of, flags)), path, own: !all })
        if (flags.json) json('ledger', view)
        else write(ledgerText(view.entries) || `nothing${path === undefined ? '' : ` with ${path} in it`}`)
        const { length } = view.entries
        if (length < view.total)
          note(`the first ${length} of ${view.total} are listed; see fewer with --task TASK or --path TEXT`)
      })
    )
  examples(
    command,
    ['backlot ledger --path fog', 'who wrote fog.0001.exr, and who read it'],
    ['backlot ledger Comp-3', 'what one task read and wrote']
  )
}

/** The task or the job that is named; neither: nothing is named. */
async function wanted(
  app: App,
  of: string | undefined,
  { task }: LedgerFlags
): Promise<Pick<Input<'ledger.show'>, 'task' | 'job'>> {
  if (of !== undefined && /^\d+$/.test(of) && task === undefined) return { job: Number(of) }
  // a name beside a job's number is a name in that job
  const text = of !== undefined && task !== undefined ? `${of}/${task}` : (task ?? of)
  return text === undefined ? {} : { task: (await ask(app, 'task.find', { text })).task }
}

/** At most so many tasks are named in a line. */
const mostNamed = 6

/** Each path with who wrote it, who read it; files first, then addresses and variables. */
export function ledgerText(entries: LedgerView['entries']): string {
  const paths = [...Map.groupBy(entries, ({ what }) => what)]
  const rank = (what: string) => (what.startsWith('/') ? 0 : 1)
  const sorted = paths.toSorted(([a], [b]) => rank(a) - rank(b) || byCodePoint(a, b))
  return sorted.map(([what, own]) => [what, ...useLines(own)].join('\n')).join('\n')
}

/** Those who wrote come before those who read. */
const order = ['write', 'delete', ...accessKinds.filter((how) => how !== 'write' && how !== 'delete')] as const

const useLines = (own: readonly LedgerEntry[]): string[] =>
  order.flatMap((how) => {
    const uses = Map.groupBy(
      own.filter((entry) => entry.how === how),
      ({ marks = [], as }) => [marks.join(', '), as === undefined ? '' : `as ${as}`].filter(Boolean).join(', ')
    )
    return [...uses].map(
      ([detail, those]) =>
        `  ${accessLabels[how]}${detail ? ` (${detail})` : ''}: ${namesText(those.map(({ task }) => task))}`
    )
  })

function namesText(names: readonly string[]): string {
  const all = [...new Set(names)]
  const rest = all.length - mostNamed
  return rest > 0 ? `${all.slice(0, mostNamed).join(', ')} and ${rest} more` : all.join(', ')
}
