/** The result file: what the node wrote back, or why there is nothing. */
import { compute, wholeValue, type Returned } from '../core/graph/author/compute.ts'
import type { Definition } from '../core/graph/author/definition.ts'
import { shown } from '../core/graph/names.ts'
import { memberOf, rawObject, rawText, type Raw } from '../domain/json.ts'
import type { GraphNode, Plug } from '../core/graph/model.ts'
import { checkPlugs, loadDefinition } from './definition.ts'
import { evaluator } from './evaluator.ts'
import { describe, say } from './failure.ts'
import { resolveLinks } from './links.ts'
import { leaveWord, watchVariables } from './rehearsed.ts'
import { setFrames, taskOf } from './task.ts'

/** The text of a task's result. */
export async function runTask(raw: Raw, folder: string): Promise<Raw> {
  const isRehearsed = memberOf(raw, 'rehearsal') === 'true'
  if (isRehearsed) watchVariables()
  const task = taskOf(raw, folder)
  resolveLinks(task, folder)
  setFrames(task)
  const { node } = task
  const definition = await loadDefinition(node)
  checkPlugs(node, definition)
  const inputs = rawObject(node.inputs.map((plug) => [plug.name, wholeValue(plug)] as const))
  const begin = performance.now()
  if (isRehearsed) leaveWord('compute')
  const outputs = await compute(definition, inputs, declaredOutputs(node, definition), shown(node.name)).finally(() => {
    if (isRehearsed) leaveWord('end')
  })
  const seconds = (performance.now() - begin) / 1000
  return rawObject([
    ['protocol', '1'],
    ['outputs', rawObject(outputs.map((plug) => [plug.name, outputText(plug)] as const))],
    ['seconds', seconds.toFixed(6)],
    ['evaluator', rawObject(evaluator)]
  ])
}

/** The record's outputs in its order, then those that its code has learned since. */
function declaredOutputs(node: GraphNode, definition: Definition): Plug[] {
  const later = definition.outputs.filter(({ name }) => !node.outputs.some((plug) => plug.name === name))
  const plugs = later.map(({ name, keys }) => ({
    name,
    value: 'null',
    subPlugs: keys.map((key) => ({ key, value: 'null' }))
  }))
  return [...node.outputs, ...plugs]
}

const outputText = ({ value, subPlugs, whole }: Returned): Raw =>
  rawObject([
    ['value', value],
    ['sub_plugs', rawObject(subPlugs.map((sub) => [sub.key, sub.value] as const))],
    ...(whole && subPlugs.length ? [['whole', 'true'] as const] : [])
  ])

/** The text of a failed task's result; says the same in the log. */
export function errorBody(thrown: unknown): Raw {
  const error = describe(thrown)
  say(error.traceback.includes(error.message) ? error.traceback : `${error.traceback}\nbacklot: ${error.message}`)
  return rawObject([
    ['protocol', '1'],
    ['error', rawObject(Object.entries(error).map(([key, text]) => [key, rawText(text)] as const))],
    ['evaluator', rawObject(evaluator)]
  ])
}
