/** A task's log on the terminal, of any size. */
import { closeSync, createReadStream, existsSync, openSync, statSync, unwatchFile, watchFile } from 'node:fs'
import { TextDecoder } from 'node:util'
import type { Command } from 'commander'
import type { Output } from '../api.ts'
import type { App } from '../app.ts'
import { encodingOf, type Encoding } from '../core/attempt/log-bytes.ts'
import type { Place } from '../core/attempt/line-ends.ts'
import { lastLinesAt } from '../core/attempt/read.ts'
import { ask, Failure, json, note, whole, withApp, write } from './base.ts'
import { notSo } from './exit-codes.ts'
import { examples, taskArgument } from './help.ts'
import { startPager } from './pager.ts'

/** log */
export function addLogCommand(program: Command): void {
  const command = taskArgument(program.command('log'))
    .description('a task’s log')
    .option('--follow', 'go on while it grows')
    .option('--tail <n>', 'only its last so many lines', whole(1))
    .option('--command', 'only the command that runs the attempt again, to be pasted into a shell')
    .option('--no-pager', 'in a terminal, do not show it in $PAGER (or less)')
    .option('--attempt <n>', 'of this attempt (default: the last)', whole(1))
    .option('--grep <re>', 'only lines that match; exit code 5 where none does')
    .option('--fixed', 'with --grep: it is plain text, no regular expression')
    .option('--ignore-case', 'with --grep: upper and lower case are the same')
    .option('--json', 'its path as JSON; with --grep a JSON line per line that matches')
    .action((text: string, flags: LogFlags) =>
      withApp(async (app) => {
        const { task } = await ask(app, 'task.find', { text })
        const log = await ask(app, 'task.log', { task, attempt: flags.attempt })
        if (flags.command) write(await commandOf(app, task, log.attempt))
        else if (flags.json && flags.grep === undefined) json('log', log)
        else await printLog(app, task, log, flags)
      })
    )
  examples(
    command,
    ['backlot log Comp-3', 'the log of its last attempt'],
    ['backlot log 2/Comp-3 --attempt 1', 'of job 2, its first attempt'],
    ['backlot log Comp-3 --tail 20', 'its last 20 lines'],
    ['backlot log Comp-3 --command', 'what to paste to run it again'],
    ['backlot log Comp-3 --follow --grep error', 'lines with error in them, as they come']
  )
}

interface LogFlags {
  follow?: boolean
  attempt?: number
  grep?: string
  fixed?: boolean
  ignoreCase?: boolean
  tail?: number
  command?: boolean
  pager: boolean
  json?: boolean
}

/** Errors (`usage`): nothing was started, or its interpreter is gone. */
async function commandOf(app: App, task: number, number: number): Promise<string> {
  const attempts = await ask(app, 'task.attempts', { task })
  const command = attempts.find((attempt) => attempt.number === number)?.command ?? null
  if (command !== null) return command
  throw new Failure({
    kind: 'usage',
    message: `attempt ${number} of task ${task} started nothing that could be run again`
  })
}

async function printLog(app: App, task: number, log: Output<'task.log'>, flags: LogFlags): Promise<void> {
  if (!existsSync(log.path))
    throw new Failure({
      kind: 'run',
      message: `there is no log ${log.path}: its task has written none yet, or it was removed`
    })
  const { attempt } = log
  const { grep } = flags
  let place = flags.tail === undefined ? { offset: 0, line: 1 } : tailOf(log.path, flags.tail)
  let finds = 0
  const pager = flags.follow || grep !== undefined || !flags.pager ? null : startPager()
  if (pager) return pager.show(log.path, place.offset)
  const copy = logCopy(log.path)
  const go = async () => {
    if (grep === undefined) return void (place = await copy(place))
    const searched = await searchLog(app, { task, attempt }, flags, place)
    place = searched.next
    finds += searched.finds
  }
  await go()
  while (flags.follow) {
    const { ended } = await ask(app, 'task.log', { task, attempt })
    if (existsSync(log.path) && statSync(log.path).size > place.offset) await go()
    else if (ended) break
    else await grown(log.path)
  }
  if (grep !== undefined && finds === 0) {
    note(`nothing in the log of task ${task}, attempt ${attempt}, matches ${JSON.stringify(grep)}`)
    process.exitCode = notSo
  }
}

const grown = (path: string) =>
  new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer)
      unwatchFile(path, done)
      resolve()
    }
    const timer = setTimeout(done, 500)
    watchFile(path, { interval: 100 }, done)
  })

/** Where the last `count` lines begin. Line numbers are not known there, so they count from it. */
function tailOf(path: string, count: number): Place {
  return { offset: lastLinesAt(path, count), line: 1 }
}

async function put(chunk: string | Buffer): Promise<void> {
  if (!process.stdout.write(chunk)) await new Promise((resolve) => process.stdout.once('drain', resolve))
}

/**
 * Writes the file from a place on and returns where it ended; nothing is held in memory. It is written as it is, but for
 * UTF-16, which becomes UTF-8.
 */
function logCopy(path: string): (place: Place) => Promise<Place> {
  let decoder: TextDecoder | undefined
  return async ({ offset, line }) => {
    const stream = createReadStream(path, { start: offset })
    const encoding = encodingIn(path)
    let at = offset
    for await (const chunk of stream) {
      const bytes = chunk as Buffer
      const head = encoding ? Math.min(bytes.length, Math.max(0, encoding.from - at)) : bytes.length
      await put(bytes.subarray(0, head))
      if (encoding)
        await put((decoder ??= new TextDecoder(encoding.name)).decode(bytes.subarray(head), { stream: true }))
      at += bytes.length
    }
    return { offset: offset + stream.bytesRead, line }
  }
}

function encodingIn(path: string): Encoding | null {
  const file = openSync(path, 'r')
  try {
    return encodingOf(file)
  } finally {
    closeSync(file)
  }
}

/** Writes the lines that match as they are found, and returns where the search ended and how much it found. */
async function searchLog(
  app: App,
  of: { task: number; attempt: number },
  flags: LogFlags,
  place: Place
): Promise<{ next: Place; finds: number }> {
  let finds = 0
  const query = { text: flags.grep ?? '', regex: !flags.fixed, cased: !flags.ignoreCase }
  for (let from = place; ;) {
    const step = await ask(app, 'task.search', { ...of, ...query, from })
    const lines = step.lines.map(({ number, text }) => (flags.json ? JSON.stringify({ line: number, text }) : text))
    if (lines.length) await put(`${lines.join('\n')}\n`)
    finds += step.lines.length
    if (step.done) return { next: step.next, finds }
    from = step.next
  }
}
