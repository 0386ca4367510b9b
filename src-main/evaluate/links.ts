/** Values of other tasks' results; only bundles have links. */
import { dirname, join } from 'node:path'
import { shown } from '../core/graph/names.ts'
import { itemsOf, memberOf, textOf, type Raw } from '../domain/json.ts'
import { mergeRules, type MergeRule, type Plug } from '../core/graph/model.ts'
import { take } from '../domain/result.ts'
import { mergeOutput } from '../core/job/outputs.ts'
import { readResult, type TaskResult } from '../core/attempt/result.ts'
import { Failure } from './failure.ts'
import { inputOf, readNodeFile, type Task } from './task.ts'

const textAt = (link: Raw, key: string): string | null => {
  const raw = memberOf(link, key) ?? 'null'
  return raw === 'null' ? null : textOf(raw)
}

/** Puts the values of other tasks' results into the record. */
export function resolveLinks({ node, links }: Task, folder: string): void {
  for (const link of links) {
    const plug = inputOf(node, textOf(memberOf(link, 'plug') ?? '""'), 'but a link leads to it')
    const key = textAt(link, 'key')
    const value = linkedValue(link, folder)
    if (key === null) plug.value = value
    else setSubPlug(plug, key, value)
  }
}

/** In its place: the order of sub-plugs is the record's (Q39). */
function setSubPlug(plug: Plug, key: string, value: Raw): void {
  const known = plug.subPlugs.some((sub) => sub.key === key)
  const subs = plug.subPlugs.map((sub) => (sub.key === key ? { key, value } : sub))
  plug.subPlugs = known ? subs : [...subs, { key, value }]
}

function linkedValue(link: Raw, folder: string): Raw {
  const results = resultsOf(link, folder)
  return take(mergeOutput(results, textAt(link, 'output') ?? '', textAt(link, 'outputKey'), ruleOf(link))).value
}

/** The outputs of every task of the node; `from` names the file about it, which its links share. */
function resultsOf(link: Raw, taskFolder: string): TaskResult['outputs'][] {
  const shared = textAt(link, 'from')
  const file = shared === null ? null : join(taskFolder, shared)
  const folder = file === null ? taskFolder : dirname(file)
  const source = file === null ? link : readNodeFile(file)
  const texts = (key: string) => itemsOf(memberOf(source, key) ?? '[]').map(textOf)
  const tasks = texts('tasks')
  return texts('results').map((path, i) => {
    const result = readResult(join(folder, path))
    if (result.ok) return result.value.outputs
    throw new Failure(`the task ${shown(tasks[i] ?? path)} has to run first: ${result.error.message}`)
  })
}

function ruleOf(link: Raw): MergeRule | null {
  const rule = textAt(link, 'merge')
  const known = mergeRules.find((name) => name === rule) ?? null
  if (known !== rule) throw new Failure(`${shown(rule ?? '')} is no merge rule; there are ${mergeRules.join(', ')}`)
  return known
}
