/** The task file: a node's record with its inputs, the frames of a batch, links to other tasks' results. */
import { join } from 'node:path'
import { readNodeRecord } from '../core/graph/read.ts'
import { shown } from '../core/graph/names.ts'
import { checkJson } from '../domain/json-check.ts'
import { framesGiven } from '../domain/frames.ts'
import { itemsOf, memberOf, rawArray, textOf, type Raw } from '../domain/json.ts'
import type { GraphNode, Plug } from '../core/graph/model.ts'
import { take } from '../domain/result.ts'
import { Failure } from './failure.ts'
import { readText } from './file.ts'

export interface Task {
  node: GraphNode
  frames: Raw | null
  links: Raw[]
  /** its frames are what upstream gave; on a farm, where nobody batches it before */
  framesFrom: Raw | null
}

export function taskOf(raw: Raw, folder: string): Task {
  const protocol = memberOf(raw, 'protocol')
  if (protocol !== '1') throw new Failure(`the task is of protocol ${protocol}, this evaluator knows 1`)
  const shared = memberOf(raw, 'record')
  const node =
    shared === undefined ? memberOf(raw, 'node') : memberOf(readNodeFile(join(folder, textOf(shared))), 'record')
  if (node === undefined) throw new Failure('the task has no node')
  const frames = memberOf(raw, 'frames') ?? 'null'
  const links = memberOf(raw, 'links') ?? '[]'
  return {
    node: readNodeRecord(node, 0, false),
    frames: frames === 'null' ? null : frames,
    links: itemsOf(links),
    framesFrom: memberOf(raw, 'framesFrom') ?? null
  }
}

/** A bundle's file about a node: its record, and where the results of its tasks are. */
export function readNodeFile(path: string): Raw {
  try {
    return take(checkJson(readText(path)))
  } catch (error) {
    throw new Failure(`the node file ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

export function inputOf(node: GraphNode, name: string, why: string): Plug {
  const plug = node.inputs.find((input) => input.name === name)
  if (!plug) throw new Failure(`the node ${shown(node.name)} has no input ${shown(name)}, ${why}`)
  return plug
}

/** What upstream gave, as the scheduler would have read it. */
function framesFrom({ node, framesFrom: how }: Task): Raw | null {
  if (how === null) return null
  const { value } = inputOf(node, 'frames', 'so it cannot be run in batches')
  const only = memberOf(how, 'only') ?? 'null'
  const read = framesGiven(value, only === 'null' ? null : itemsOf(only))
  if (read.ok) return rawArray(read.value)
  const source = textOf(memberOf(how, 'source') ?? '"upstream"')
  throw new Failure(`${node.name} cannot be batched by ${source}: ${read.error.message}`)
}

/** The frames are the VALUE of the plug (Q04). */
export function setFrames(task: Task): void {
  const { node } = task
  const frames = task.frames ?? framesFrom(task)
  if (frames === null) return
  const plug = inputOf(node, 'frames', 'so it cannot be run in batches')
  if (plug.subPlugs.length) {
    throw new Failure(
      `the node ${shown(node.name)} has sub-plugs in its input "frames", so it cannot be run in batches`
    )
  }
  plug.value = frames
}
