/** A job written out: the text that scripts read. */
import { at } from '../../domain/at.ts'
import { closureOf } from '../graph/order.ts'
import { rawArray, rawObject, rawText, type Raw } from '../../domain/json.ts'
import { ok, type Result } from '../../domain/result.ts'
import type { Job } from './convert.ts'
import { directDependencies } from './dependencies.ts'

/**
 * The job as text in the shape of the golden references: `name`, `tasks[]` with direct and transitive dependencies.
 * Errors (`input`): too many dependencies to write out.
 */
export function referenceText(job: Job): Result<Raw> {
  const direct = directDependencies(job)
  return direct.ok ? ok(textOfReference(job, direct.value)) : direct
}

function textOfReference(job: Job, direct: (readonly number[])[]): Raw {
  const names = (list: readonly number[]) => rawArray(list.map((i) => rawText(job.tasks[i]?.name ?? '')))
  const tasks = job.tasks.map((task, i) => {
    const node = at(job.nodes, task.node)
    return rawObject([
      ['name', rawText(task.name)],
      ['node', rawText(node.node.identifier)],
      ['graph', rawText(node.graphName)],
      ['interpreter', rawText(node.interpreter)],
      ['frames', task.frames ? rawArray(task.frames) : 'null'],
      ['direct_dependencies', names(direct[i] ?? [])],
      ['transitive_dependencies', names(closureOf(i, direct))]
    ])
  })
  return rawObject([
    ['name', rawText(job.name)],
    ['tasks', rawArray(tasks)]
  ])
}
