/** How logs are read: the rules of an interpreter, and what tasks' logs warned of. */
import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { parse } from 'yaml'
import type { App } from '../app.ts'
import { LogWatch } from '../core/attempt/watch.ts'
import type { Interpreter } from '../domain/interpreter.ts'
import { LogReader, type Said } from '../domain/log-reader.ts'
import { parseRules, type LogRule } from '../domain/log-rules.ts'
import { ask, Failure, json, note, withApp, write } from './base.ts'
import { oneLine } from './outlet.ts'
import { examples, interpreterArgument } from './help.ts'
import { table } from './print.ts'

interface RulesFlags {
  set?: string
  reset?: boolean
  try?: string
  json?: boolean
}

/** interpreter rules */
export function addRulesCommand(interpreterCommand: Command): void {
  const command = interpreterArgument(interpreterCommand.command('rules'))
    .description('how the logs of its tasks are read: progress, status, warnings, failures, files written')
    .option('--set <file>', 'read them by the rules in this file from now on (JSON, YAML, or lines of: KIND PATTERN)')
    .option('--reset', 'by the rules that come with Backlot again')
    .option('--try <log>', 'show what they read in this log')
    .option('--json', 'as JSON, which --set reads')
    .action((name: string, flags: RulesFlags) =>
      withApp(async (app) => {
        if (flags.set !== undefined || flags.reset) await change(app, name, flags)
        const { rules, shipped } = await ask(app, 'interpreter.rules', { name })
        if (flags.try !== undefined) tryOn(flags.try, rules)
        else if (flags.json) json('interpreter rules', { rules: [...rules] })
        else if (flags.set === undefined && !flags.reset) write(rulesTable(rules))
        if (!flags.json) note(`${name}: ${rules.length} rules, ${shipped ? 'as they come with Backlot' : 'its own'}`)
      })
    )
  examples(
    command,
    ['backlot interpreter rules blender', 'what is read in its logs'],
    ['backlot interpreter rules blender --try render.log', 'what they find in a log'],
    ['backlot interpreter rules blender --set my.yaml', 'others, from a file']
  )
}

const rulesTable = (rules: readonly LogRule[]) =>
  table(
    ['KIND', 'OF', 'PATTERN'],
    rules.map(({ kind, whole, pattern }) => [kind, kind === 'progress' ? (whole ? 'task' : 'frame') : '', pattern])
  )

async function change(app: App, name: string, { set, reset }: RulesFlags): Promise<void> {
  if (set !== undefined && reset) throw new Failure({ kind: 'usage', message: 'give --set or --reset, not both' })
  const entry = (await ask(app, 'interpreter.list', {})).find((one) => one.name === name)
  // a name that is not there is told by the look at its rules
  if (entry) await ask(app, 'interpreter.set', { ...entry, rules: set === undefined ? null : rulesIn(set) })
}

/** The rules in a file, whose shape interpreter.set checks. */
function rulesIn(path: string): Interpreter['rules'] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new Failure({ kind: 'input', message: `${path} cannot be read: ${(error as Error).message}` })
  }
  if (/\.(?:json|ya?ml)$/i.test(path)) return valueIn(path, text)
  const rules = parseRules(text)
  if (!rules.ok) throw new Failure({ ...rules.error, message: `${path}: ${rules.error.message}` })
  return rules.value
}

function valueIn(path: string, text: string): Interpreter['rules'] {
  let value: unknown
  try {
    value = parse(text)
  } catch (error) {
    throw new Failure({ kind: 'input', message: `${path}: ${(error as Error).message.split('\n')[0] ?? ''}` })
  }
  const list: unknown = value && typeof value === 'object' && 'rules' in value ? value.rules : value
  if (Array.isArray(list)) return list as LogRule[]
  throw new Failure({ kind: 'input', message: `${path} holds no rules; write a list of {"kind": …, "pattern": …}` })
}

const mostTried = 200

function tryOn(path: string, rules: readonly LogRule[]): void {
  const watch = new LogWatch(path, 0, () => new LogReader(rules))
  const said: Said[] = []
  for (let more = true; more;) {
    const read = watch.read(0)
    said.push(...read.said.slice(0, mostTried + 1 - said.length))
    more = read.more && said.length <= mostTried
  }
  said.push(...watch.end())
  write(
    table(
      ['KIND', 'SAYS'],
      said.slice(0, mostTried).map((one) => [one.kind, saidText(one)])
    )
  )
  if (said.length > mostTried) note(`and more: the first ${mostTried} are shown`)
}

function saidText(said: Said): string {
  if (said.kind === 'wrote') return said.path
  if (said.kind === 'exit') return String(said.code)
  if (said.kind !== 'progress') return said.message
  const { percent, done, total, frame } = said.measure
  const parts = { percent, done, total, frame }
  return Object.entries(parts)
    .flatMap(([key, value]) => (value === null ? [] : [`${key} ${value}`]))
    .join(', ')
}

const mostWarned = 10

/** What logs warned of, though the tasks succeeded. */
export async function tellWarnings(app: App, job: number): Promise<void> {
  const warned = await ask(app, 'job.warnings', { job })
  for (const { name, warnings, warning } of warned.slice(0, mostWarned))
    note(oneLine(`warning log-warns (${name}): ${warning}${warnings > 1 ? ` (and ${warnings - 1} more)` : ''}`))
  if (warned.length > mostWarned) note(`and the logs of ${warned.length - mostWarned} more tasks warn`)
}
