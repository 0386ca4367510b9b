/** Which frames a task has, to tell how far it is: those of its batch, or all that its node is asked for. */
import { readFileSync, statSync } from 'node:fs'
import { plainText, readFrames } from '../../domain/frames.ts'
import { memberOf, type Raw } from '../../domain/json.ts'
import { checkJson } from '../../domain/json-check.ts'

/** A larger file is not read for it. */
const mostBytes = 4 << 20

/** `batch`: null for a whole node; then its task file says, if it has one. Null where nobody knows. */
export function framesOfTask(batch: readonly Raw[] | null, taskFile: string): string[] | null {
  const size = batch ? 0 : (statSync(taskFile, { throwIfNoEntry: false })?.size ?? 0)
  const frames = batch ?? (size > 0 && size <= mostBytes ? framesAsked(readFileSync(taskFile, 'utf8')) : null)
  return frames && frames.map(plainText)
}

/** The value of the node's input `frames`, where that is a list or a range. */
function framesAsked(text: string): readonly Raw[] | null {
  const task = checkJson(text)
  const node = task.ok ? memberOf(task.value, 'node') : undefined
  const inputs = node && memberOf(node, 'inputs')
  const plug = inputs && memberOf(inputs, 'frames')
  const value = plug && memberOf(plug, 'value')
  const read = value === undefined ? null : readFrames(value)
  return read?.ok && read.value.length > 0 ? read.value : null
}
