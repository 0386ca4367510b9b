/** One run of a task. */
import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { checkJson, kindOf, type Raw } from '../core/json.ts'
import { take } from '../core/result.ts'
import { describe, Failure, say } from './failure.ts'
import { readText, writeFile } from './file.ts'
import { Guard } from './guard.ts'
import { errorBody, runTask } from './result.ts'

/** `TASK.json`: writes result.json beside it, whatever the node does. */
export async function evaluateFile(path: string): Promise<void> {
  const result = join(dirname(path), 'result.json')
  const guard = new Guard((error) => writeFile(result, errorBody(error)))
  const raw = startOf(path, result)
  if (raw === null) {
    guard.finish()
    return guard.end(2)
  }
  const { body, code } = await settle(Promise.race([runTask(raw, dirname(path)), guard.crashed]))
  guard.finish()
  try {
    writeFile(result, body)
    guard.end(code)
  } catch (error) {
    say(`backlot: the result cannot be written: ${describe(error).message}`)
    guard.end(1)
  }
}

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
