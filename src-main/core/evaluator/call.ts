/** Calls an interpreter's evaluator for an answer in a file (docs/protocol.md, "The other calls"). */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { callOf, evaluatorOf } from '../../domain/command.ts'
import type { EvaluatorKind, Interpreter } from '../../domain/interpreter.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import { environmentOf } from '../attempt/environment.ts'
import { lastLines } from '../attempt/read.ts'
import { codeFolder } from './code-folder.ts'
import { removeFolderSoon } from '../store/files.ts'
import { asHere } from '../process/find.ts'
import { ownFolder } from '../process/own-folder.ts'
import type { Process, ProcessEnd } from '../process/process.ts'
import { processes } from '../process/processes.ts'
import { waitFor } from '../process/waits.ts'
import { cleanedWithUs, groupWithUs } from '../process/with-us.ts'

export type Evaluators = Readonly<Record<EvaluatorKind, string>>

/** A folder for one call, removed behind it; what a killed Backlot left of one goes with the next call. */
export async function inScratch<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = ownFolder('call')
  const remove = () => removeFolderSoon(folder)
  const done = cleanedWithUs(remove)
  try {
    return await work(folder)
  } finally {
    done()
    remove()
  }
}

/** An interpreter that says nothing for so long hangs. */
const callTimeoutMs = 120_000

/** Errors (`run`): the interpreter cannot be started, says that it failed, or does not answer within two minutes. */
export async function callEvaluator(
  interpreter: Interpreter,
  evaluators: Evaluators,
  args: string[],
  folder: string
): Promise<Result<null>> {
  const places = { evaluator: evaluatorOf(interpreter, evaluators), node: process.execPath }
  const { argv, env } = callOf(asHere(interpreter), places, args)
  const log = join(folder, 'log.txt')
  writeFileSync(log, '')
  const running = processes.start({
    argv,
    cwd: process.cwd(),
    env: { ...environmentOf(interpreter.evaluator, env), ...codeFolder(interpreter.evaluator) },
    log,
    pid: null
  })
  let late = false
  const timer = setTimeout(() => {
    late = true
    void processes.endGroup(running, 2000)
  }, callTimeoutMs)
  const end = await followed(running, { name: interpreter.name, command: argv[0] ?? '', log })
  clearTimeout(timer)
  await processes.endGroup(running, 2000)
  if (late) return fail('run', `${argv[0]} did not answer within ${callTimeoutMs / 1000} s`)
  if (end.kind === 'spawn-error') return fail('run', end.message)
  if (end.kind === 'exit' && end.code === 0) return ok(null)
  return fail('run', lastLines(log, 1)[0] ?? `${argv[0]} ended with ${endText(end)}`)
}

/** How it ends; until then it is shown as waited for, and ends with us. */
async function followed(
  running: Process,
  { name, command, log }: { name: string; command: string; log: string }
): Promise<ProcessEnd> {
  const text = () => {
    const [last] = lastLines(log, 1)
    return `${name} to answer (${command})${last === undefined ? '' : `; it says: ${last}`}`
  }
  const done = groupWithUs(running)
  const answered = waitFor({ text, isEnd: false })
  try {
    return await running.ended
  } finally {
    answered()
    done()
  }
}

const endText = (end: ProcessEnd): string =>
  end.kind === 'exit' ? `exit code ${end.code}` : end.kind === 'signal' ? end.signal : 'no exit code'
