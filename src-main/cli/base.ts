/** What every command needs: the data folder opened and closed, calls, errors with exit codes, and readers of options. */
import { InvalidArgumentError, type Command } from 'commander'
import type { App } from '../app.ts'
import type { CallName, Input } from '../contract.ts'
import type { Output } from '../api.ts'
import { memoryOf, sizeAdvice } from '../domain/memory.ts'
import type { AppError } from '../domain/result.ts'
import { variableNames } from '../domain/variables.ts'
import { defaultDataDir } from '../paths.ts'
import type { z } from 'zod'
import type { DocumentName, documents } from './documents.ts'
import { ending } from './ending.ts'
import { exitCodes } from './exit-codes.ts'
import { toTerminal } from './outlet.ts'
import { noteWaits } from './waits.ts'

/** Ends a command with an error for people and the right exit code. */
export class Failure extends Error {
  readonly code: number
  readonly error: AppError
  /** of the code that failed, for who asks for it; empty: there is none */
  readonly traceback: string
  /** `code`: where another exit code says more than the kind of error. */
  constructor(error: AppError, code?: number) {
    super(error.message)
    this.error = error
    this.code = code ?? exitCodes[error.kind]
    const { traceback } = error.details ?? {}
    this.traceback = typeof traceback === 'string' ? traceback : ''
  }
}

export const write = (text: string) => process.stdout.write(toTerminal(text.endsWith('\n') ? text : `${text}\n`))
export const note = (text: string) => process.stderr.write(toTerminal(`${text}\n`))

let quiet = false

/** `--quiet`, once the command line is read. */
export const beQuiet = (wanted: boolean): void => {
  quiet = wanted
}
export const isQuiet = (): boolean => quiet
/** What only somebody who watches wants to know. */
export const tell = (text: string): void => {
  if (!quiet) note(text)
}
let shapes: typeof documents | null = null

/** Before a command that prints documents; the others start without their shapes, which take a while to be built. */
export const loadDocuments = async (): Promise<void> => {
  shapes = (await import('./documents.ts')).documents
}

/** A value as its document has it. That it does not fit, or that the documents are not loaded, is a bug. */
export function documentOf<N extends DocumentName>(name: N, value: z.input<(typeof documents)[N]>): unknown {
  if (!shapes) throw new Error(`${name}: its command prints no documents`)
  return shapes[name].parse(value)
}
/** Writes a command's document. */
export const json = <N extends DocumentName>(name: N, value: z.input<(typeof documents)[N]>) =>
  write(JSON.stringify(documentOf(name, value), null, 2))
/** Writes it as one line. */
export const jsonLine = <N extends DocumentName>(name: N, value: z.input<(typeof documents)[N]>) =>
  write(JSON.stringify(documentOf(name, value)))

export const whole = (least: number) => (text: string) => {
  const value = Number(text)
  if (text.trim() === '' || !Number.isInteger(value) || value < least)
    throw new InvalidArgumentError(`it should be a whole number of at least ${least}.`)
  return value
}
export const seconds = (text: string) => {
  const value = Number(text)
  if (!(value > 0 && value < Infinity)) throw new InvalidArgumentError('it should be a number of seconds above 0.')
  return value
}
/** A size such as `4 GB` → bytes. */
export const memory = (text: string) => {
  const bytes = memoryOf(text)
  if (bytes === null) throw new InvalidArgumentError(`it should be ${sizeAdvice}.`)
  return bytes
}
export const collect = (text: string, list: string[] = []) => [...list, text]
export const pair = (text: string, map: Record<string, string> = {}) => {
  const equals = text.indexOf('=')
  if (equals < 1) throw new InvalidArgumentError('write it as NAME=VALUE.')
  return { ...map, [text.slice(0, equals)]: text.slice(equals + 1) }
}

let chosenDataDir: string | undefined
let projectDataDir: string | undefined

/** `--data-dir`, once the command line is read; `ofProject`: what stands where neither that nor the environment says it. */
export const chooseDataDir = (dir: string | undefined, ofProject?: string): void => {
  chosenDataDir = dir
  projectDataDir = ofProject
}

/** The data folder that this command line means. */
export function dataDirOf(): string {
  if (chosenDataDir !== undefined) return chosenDataDir
  if (projectDataDir !== undefined && !process.env[variableNames.dataDir]) return projectDataDir
  const found = defaultDataDir()
  if (!found.ok) throw new Failure(found.error)
  return found.value
}

/** Opens the data folder for one command and closes it behind it, also when the command fails. */
export async function withApp<T>(
  work: (app: App) => Promise<T>,
  options: { slots?: number | undefined } = {}
): Promise<T> {
  // help and a command line that is wrong need nothing of it
  const { openApp } = await import('../app.ts')
  const opened = openApp({ dataDir: dataDirOf(), ...options })
  if (!opened.ok) throw new Failure(opened.error)
  const app = opened.value
  const done = ending.begin({ app, unfinished: false, say: () => undefined })
  const told = noteWaits(note)
  try {
    await app.settle()
    return await work(app)
  } finally {
    const last = ending.begin({ app, unfinished: false, isOver: true, say: () => undefined })
    await app.close()
    last()
    done()
    told()
  }
}

export async function ask<N extends CallName>(app: App, name: N, input: Input<N>): Promise<Output<N>> {
  const result = await app.call(name, input)
  if (!result.ok) throw new Failure(result.error)
  return result.value
}

export const call = <N extends CallName>(name: N, input: Input<N>) => withApp((app) => ask(app, name, input))

/** `a=b,c=d`, for names that hold no commas. */
const pairs = (text: string, map: Record<string, string> = {}) =>
  text.split(',').reduce((sum, one) => pair(one, sum), map)

export interface ConvertFlags {
  map?: Record<string, string>
  only?: string[]
  omit?: string[]
  frames?: string
  set?: Record<string, string>
  batch?: Record<string, string>
}

export const convertFlags = (command: Command) =>
  command
    .option('--map <from=to>', 'run nodes that want one interpreter with another (repeatable, or a=b,c=d)', pairs)
    .option('--only <node>', 'only this node and what it needs (repeatable)', collect)
    .option('--omit <node>', 'skip this node; it passes null on (repeatable)', collect)
    .option('--frames <range>', 'batched nodes render only these frames, such as 1,15,30')
    .option('--set <node.input=value>', 'set an input; the value is JSON, or text where it is not (repeatable)', pair)
    .option('--batch <node=size>', 'batch size in place of the metadata’s (repeatable)', pair)

export const graphInput = (
  source: Input<'graph.convert'>['source'],
  { map, only, omit, frames, set, batch }: ConvertFlags
): Input<'graph.convert'> => ({
  source,
  options: {
    map,
    only,
    omit,
    frames,
    set,
    batch: batch && Object.fromEntries(Object.entries(batch).map(([node, size]) => [node, Number(size)]))
  }
})

export const jobNumber = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  if (/^\d+$/.test(text) && Number(text) > 0) return Number(text)
  throw new Failure({
    kind: 'usage',
    message: `${JSON.stringify(text)} is no job; a job is a number, see backlot jobs`
  })
}

export const findTasks = async (app: App, texts: string[] | undefined) =>
  texts && Promise.all(texts.map((text) => ask(app, 'task.find', { text })))
