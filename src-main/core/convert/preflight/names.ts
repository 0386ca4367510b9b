/** Names that a farm cannot tell apart. */
import { at } from '../../../domain/at.ts'
import type { Problem } from '../../../domain/problems.ts'
import { shown } from '../../graph/names.ts'
import type { Job, JobTask } from '../convert.ts'
import { about } from './input.ts'

/** What OpenCue makes of a name: lower case, dashes to underscores. Names equal then are one name there. */
const farmName = (name: string) =>
  name
    .toLowerCase()
    .replace(/-/g, '_')
    .replace(/[^\w.]/g, '_')

/** Tasks of several nodes that become one name: told once for the same nodes, however many of their tasks meet. */
export function nameProblems(job: Job): Problem[] {
  const told = new Set<string>()
  return [...Map.groupBy(job.tasks, (task) => farmName(task.name)).values()].flatMap((tasks) => {
    const nodes = [...new Set(tasks.map((task) => task.node))]
    const key = nodes.join()
    if (nodes.length < 2 || told.has(key)) return []
    told.add(key)
    return [
      about(at(job.nodes, at(nodes, 1)), {
        severity: 'warning',
        code: 'name-collision',
        message: collisionText(tasks),
        remedy: 'rename all but one of the nodes; Backlot itself goes by ids'
      })
    ]
  })
}

function collisionText(tasks: readonly JobTask[]): string {
  const names = [...new Set(tasks.map((task) => task.name))]
  if (names.length === 1)
    return `${tasks.length} tasks are called ${shown(at(names, 0))}; by name a farm cannot tell them apart`
  const [first = '', ...others] = names.slice(0, 4).toReversed()
  return `${shown(first)} and ${others.map(shown).join(', ')} become one name on farms that fold case and dashes (OpenCue)`
}
