/** One run of a task. */
import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { checkJson } from '../domain/json-check.ts'
import { kindOf, type Raw } from '../domain/json.ts'
import { take } from '../domain/result.ts'
import { describe, Failure, say } from './failure.ts'
import { readText, writeFile } from './file.ts'
import { Guard } from './guard.ts'
import { errorBody, runTask } from './result.ts'

/** `TASK.json`: writes result.json beside it, whatever the node does, and ends the process. */
export async function evaluateFile(path: string): Promise<void> {
  const guard = guardOf(path)
  guard.end(await evaluateGuarded(path, guard))
}

/** A guard that writes the result of a node that ends the process. */
export const guardOf = (path: string): Guard => new Guard((error) => writeFile(resultOf(path), errorBody(error)))

/** The same in a process that goes on; returns the exit code that it would have ended with. */
export async function evaluateGuarded(path: string, guard: Guard): Promise<number> {
  const result = resultOf(path)
  const raw = startOf(path, result)
  if (raw === null) {
    guard.finish()
    return 2
  }
  const { body, code } = await settle(Promise.race([runTask(raw, dirname(path)), guard.crashed]))
  guard.finish()
  try {
    writeFile(result, body)
    return code
  } catch (error) {
    say(`backlot: the result cannot be written: ${describe(error).message}`)
    return 1
  }
}

/** `x/7-1.task.json` → `x/7-1.result.json`; beside any other name `result.json`. */
const resultOf = (path: string) =>
  path.endsWith('task.json') ? path.replace(/task\.json$/, 'result.json') : join(dirname(path), 'result.json')

/** The task, and no result yet; null where that cannot be. */
function startOf(path: string, result: string): Raw | null {
  try {
    const raw = take(checkJson(readText(path)))
    if (kindOf(raw) !== 'object') throw new Failure('it is no object')
    rmSync(result, { force: true }) // an earlier run's: if this one crashes there is none
    return raw
  } catch (error) {
    say(`backlot: the task file ${path} cannot be used: ${describe(error).message}`)
    return null
  }
}

async function settle(running: Promise<Raw>): Promise<{ body: Raw; code: number }> {
  try {
    return { body: await running, code: 0 }
  } catch (error) {
    return { body: errorBody(error), code: 1 }
  }
}
