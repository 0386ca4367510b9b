/** Calls an interpreter's evaluator for an answer in a file (docs/protocol.md, "The other calls"). */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { callOf, evaluatorOf } from '../../domain/command.ts'
import type { EvaluatorKind, Interpreter } from '../../domain/interpreter.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import { environmentOf } from '../attempt/environment.ts'
import { lastLines } from '../attempt/read.ts'
import { endGroup } from '../process/group.ts'
import type { ProcessEnd } from '../process/process.ts'
import { start } from '../process/runner.ts'

export type Evaluators = Readonly<Record<EvaluatorKind, string>>

/** A folder for one call, removed behind it. */
export async function inScratch<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'backlot-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
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
  const { argv, env } = callOf(interpreter, places, args)
  const log = join(folder, 'log.txt')
  writeFileSync(log, '')
  const running = start({
    argv,
    cwd: process.cwd(),
    env: environmentOf(interpreter.evaluator, env),
    log,
    pid: null
  })
  let late = false
  const timer = setTimeout(() => {
    late = true
    void endGroup(running.pid, 2000)
  }, callTimeoutMs)
  const end = await running.ended
  clearTimeout(timer)
  await endGroup(running.pid, 2000)
  if (late) return fail('run', `${argv[0]} did not answer within ${callTimeoutMs / 1000} s`)
  if (end.kind === 'spawn-error') return fail('run', end.message)
  if (end.kind === 'exit' && end.code === 0) return ok(null)
  return fail('run', lastLines(log, 1)[0] ?? `${argv[0]} ended with ${endText(end)}`)
}

const endText = (end: ProcessEnd): string =>
  end.kind === 'exit' ? `exit code ${end.code}` : end.kind === 'signal' ? end.signal : 'no exit code'
