/** The guide's job JSON: tasks with a name, a command that can be pasted, and the names of the tasks they wait for. */
import { maxDependencies } from '../convert/dependencies.ts'
import { commandOf, evaluatorOf, fill, pasteable } from '../../domain/command.ts'
import type { EvaluatorKind } from '../../domain/interpreter.ts'
import { formatJson, rawArray, rawObject, rawText } from '../../domain/json.ts'
import { caught, refuse, type Result } from '../../domain/result.ts'
import { environmentOf } from '../attempt/environment.ts'
import type { FarmJob, FarmNode, FarmTask } from './farm.ts'

/** The paths that stand in the commands. */
export interface Places {
  evaluators: Readonly<Record<EvaluatorKind, string>>
  task(task: FarmTask): string
  node: string
  /** where the commands run; null: wherever they are pasted */
  cwd: string | null
}

/** Errors (`input`): written out one by one, the dependencies would be too many. */
export function jobJson(job: FarmJob, at: Places): Result<string> {
  return caught(() => {
    let count = 0
    const list = job.nodes.flatMap((node) =>
      node.tasks.map((task, i) => {
        const above = upstreamOf(node, i)
        count += above.length
        if (count > maxDependencies) {
          refuse(
            'input',
            `${job.name} has more than ${maxDependencies} task dependencies when they are written out; use larger batches, or metadata.dependency "frame"`
          )
        }
        return taskText(node, task, above, at)
      })
    )
    const text = rawObject([
      ['name', rawText(job.name)],
      ['tasks', rawArray(list)]
    ])
    return `${formatJson(text, 2)}\n`
  })
}

/** The tasks that a node's task directly waits for, in the job's order. */
function upstreamOf(node: FarmNode, i: number): FarmTask[] {
  const above = node.parents.flatMap((link) => link.tasks?.[i] ?? link.parent.tasks)
  return above.sort((a, b) => a.index - b.index)
}

function taskText(node: FarmNode, task: FarmTask, above: readonly FarmTask[], at: Places) {
  const { interpreter } = node
  const places = { evaluator: evaluatorOf(interpreter, at.evaluators), node: at.node, task: at.task(task) }
  const own = Object.entries(interpreter.env).map(([name, value]) => [name, fill(value, places)] as const)
  const env = environmentOf(interpreter.evaluator, Object.fromEntries(own))
  const argv = commandOf(interpreter, places)
  return rawObject([
    ['name', rawText(task.name)],
    ['command', rawText(pasteable(argv, env, at.cwd ?? undefined))],
    ['dependencies', rawArray(above.map((one) => rawText(one.name)))],
    ['argv', rawArray(argv.map(rawText))],
    ['frames', task.frames ? rawArray(task.frames) : 'null'],
    ['node', rawText(node.identifier)],
    ['interpreter', rawText(interpreter.name)],
    ['batch', String(task.batch)]
  ])
}
