/** A task's log on the terminal, of any size. */
import { createReadStream, existsSync, statSync, unwatchFile, watchFile } from 'node:fs'
import type { Command } from 'commander'
import type { Output } from '../api.ts'
import type { App } from '../app.ts'
import type { Place } from '../core/attempt/search.ts'
import { ask, Failure, json, whole, withApp } from './base.ts'

/** log */
export function addLogCommand(program: Command): void {
  program
    .command('log <task>')
    .description('a task’s log')
    .option('--follow', 'go on while it grows')
    .option('--attempt <n>', 'of this attempt (default: the last)', whole(1))
    .option('--grep <re>', 'only lines that match')
    .option('--fixed', 'with --grep: it is plain text, no regular expression')
    .option('--ignore-case', 'with --grep: upper and lower case are the same')
    .option('--json', 'its path as JSON; with --grep a JSON line per line that matches')
    .action((text: string, flags: LogFlags) =>
      withApp(async (app) => {
        const { task } = await ask(app, 'task.find', { text })
        const log = await ask(app, 'task.log', { task, attempt: flags.attempt })
        if (flags.json && flags.grep === undefined) json(log)
        else await printLog(app, task, log, flags)
      })
    )
}

interface LogFlags {
  follow?: boolean
  attempt?: number
  grep?: string
  fixed?: boolean
  ignoreCase?: boolean
  json?: boolean
}

async function printLog(app: App, task: number, log: Output<'task.log'>, flags: LogFlags): Promise<void> {
  if (!existsSync(log.path)) throw new Failure({ kind: 'run', message: `the log ${log.path} is gone` })
  const { attempt } = log
  let place = { offset: 0, line: 1 }
  const go = async () =>
    (place =
      flags.grep === undefined ? await copyLog(log.path, place) : await searchLog(app, { task, attempt }, flags, place))
  await go()
  while (flags.follow) {
    const { ended } = await ask(app, 'task.log', { task, attempt })
    if (existsSync(log.path) && statSync(log.path).size > place.offset) await go()
    else if (ended) return
    else await grown(log.path)
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

async function put(chunk: string | Buffer): Promise<void> {
  if (!process.stdout.write(chunk)) await new Promise((resolve) => process.stdout.once('drain', resolve))
}

/** Writes the file from a place on and returns where it ended; nothing is held in memory. */
async function copyLog(path: string, { offset, line }: Place): Promise<Place> {
  const stream = createReadStream(path, { start: offset })
  for await (const chunk of stream) await put(chunk as Buffer)
  return { offset: offset + stream.bytesRead, line }
}

/** Writes the lines that match as they are found, and returns where the search ended. */
async function searchLog(
  app: App,
  of: { task: number; attempt: number },
  flags: LogFlags,
  place: Place
): Promise<Place> {
  const query = { text: flags.grep ?? '', regex: !flags.fixed, cased: !flags.ignoreCase }
  for (let from = place; ;) {
    const step = await ask(app, 'task.search', { ...of, ...query, from })
    const lines = step.lines.map(({ number, text }) => (flags.json ? JSON.stringify({ line: number, text }) : text))
    if (lines.length) await put(`${lines.join('\n')}\n`)
    if (step.done) return step.next
    from = step.next
  }
}
