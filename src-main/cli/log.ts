/** A task's log on the terminal, of any size. */
import { createReadStream, existsSync, statSync, unwatchFile, watchFile } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Command } from 'commander'
import type { Output } from '../api.ts'
import type { App } from '../app.ts'
import { ask, Failure, json, whole, withApp } from './base.ts'

/** log */
export function addLogCommand(program: Command): void {
  program
    .command('log <task>')
    .description('a task’s log')
    .option('--follow', 'go on while it grows')
    .option('--attempt <n>', 'of this attempt (default: the last)', whole(1))
    .option('--grep <re>', 'only lines that match')
    .option('--json', 'its path and folder as JSON')
    .action((text: string, flags: { follow?: boolean; attempt?: number; grep?: string; json?: boolean }) =>
      withApp(async (app) => {
        const { task } = await ask(app, 'task.find', { text })
        const log = await ask(app, 'task.log', { task, attempt: flags.attempt })
        if (flags.json) json(log)
        else await printLog(app, task, log, flags)
      })
    )
}

function pattern(text: string | undefined): RegExp | null {
  try {
    return text === undefined ? null : new RegExp(text)
  } catch (error) {
    throw new Failure({ kind: 'usage', message: `--grep: ${(error as Error).message}` })
  }
}

async function printLog(
  app: App,
  task: number,
  log: Output<'task.log'>,
  flags: { follow?: boolean; grep?: string }
): Promise<void> {
  const wanted = pattern(flags.grep)
  if (!existsSync(log.path)) throw new Failure({ kind: 'run', message: `the log ${log.path} is gone` })
  let offset = await copyLog(log.path, 0, wanted)
  while (flags.follow) {
    const ended = (await ask(app, 'task.log', { task, attempt: log.attempt })).ended
    if (existsSync(log.path) && statSync(log.path).size > offset) offset = await copyLog(log.path, offset, wanted)
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

/** Writes the file from `start` on and returns where it ended; nothing is held in memory but a line. */
async function copyLog(path: string, start: number, wanted: RegExp | null): Promise<number> {
  const stream = createReadStream(path, { start })
  const pipe = async (chunk: string | Buffer) => {
    if (!process.stdout.write(chunk)) await new Promise((resolve) => process.stdout.once('drain', resolve))
  }
  if (!wanted) for await (const chunk of stream) await pipe(chunk as Buffer)
  else for await (const line of createInterface({ input: stream })) if (wanted.test(line)) await pipe(`${line}\n`)
  return start + stream.bytesRead
}
