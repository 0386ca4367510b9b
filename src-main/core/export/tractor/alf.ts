/**
 * Writes Tractor's job file. Children run before their parents and siblings side by side; a Task is written once and
 * an Instance refers to it by its id. So each node is a Task at the top whose subtasks are its batches, and a batch has
 * an Instance of everything that it waits for: of a whole node, however many batches that has, it is one line.
 * Source: https://rmanwiki.pixar.com/display/TRA/Job+Scripting and …/Job+Scripting+Operators.
 */
import { at, of } from '../../../domain/at.ts'
import type { Interpreter } from '../../../domain/interpreter.ts'
import { interpreterKeys } from '../losses.ts'
import {
  batchLabel,
  folderOf,
  scriptOf,
  timeLimitOf,
  wholeSeconds,
  type FarmJob,
  type FarmNode,
  type FarmTask
} from '../farm.ts'
import { oneLine, shortRange } from '../titles.ts'
import { word } from './tcl.ts'

export const alfFile = 'job.alf'

/** What an interpreter is called as a service and as a tag: both are parts of expressions there. */
export const keyOf = (job: FarmJob, interpreter: Interpreter): string => of(interpreterKeys(job), interpreter)

const labelled = { label: (_: FarmNode, task: FarmTask) => batchLabel(task) }

/** What waits for the whole node waits for this. */
export const nodeId = (node: FarmNode): string => `n${node.position}`

/** A node of one task is that task. */
const taskId = (node: FarmNode, task: FarmTask): string =>
  node.tasks.length === 1 ? nodeId(node) : `${nodeId(node)}.${batchLabel(task)}`

export function alfText(job: FarmJob, root: string): string {
  const priority = job.priority === 0 ? '' : ` -priority ${word(String(job.priority))}`
  const nodes = job.nodes.flatMap((node) => nodeLines(job, node, root))
  // the priority comes first: submit.sh takes it out where people say another
  const head = `Job${priority} -title ${word(title(job.name, `job ${job.id}`))} -subtasks {`
  return `##AlfredToDo 3.0\n${[head, ...nodes, '}'].join('\n')}\n`
}

function nodeLines(job: FarmJob, node: FarmNode, root: string): string[] {
  const tasks = node.tasks.flatMap((task, i) => taskLines(job, node, i, root))
  if (node.tasks.length === 1) return tasks
  const head = taskHead(title(node.name, nodeId(node)), nodeId(node))
  return [`  ${head} -subtasks {`, ...tasks.map((line) => `  ${line}`), '  }']
}

function taskLines(job: FarmJob, node: FarmNode, i: number, root: string): string[] {
  const task = at(node.tasks, i)
  const shown = `${task.name} ${shortRange(task)}`
  const head = taskHead(title(shown, taskId(node, task)), taskId(node, task))
  const waits = waitedFor(node, i).map((id) => `    Instance ${word(id)}`)
  const subtasks = waits.length ? [`  ${head} -subtasks {`, ...waits, '  } -cmds {'] : [`  ${head} -cmds {`]
  return [...subtasks, `    ${command(job, node, task, root)}`, '  }']
}

/** The ids that a task waits for: of a parent as a whole where it waits for all of its tasks. */
const waitedFor = (node: FarmNode, i: number): string[] =>
  node.parents.flatMap(({ parent, tasks }) => {
    const own = tasks?.[i] ?? parent.tasks
    return own.length === parent.tasks.length ? [nodeId(parent)] : own.map((task) => taskId(parent, task))
  })

const taskHead = (text: string, id: string) => `Task ${word(text)} -id ${word(id)}`

function command(job: FarmJob, node: FarmNode, task: FarmTask, root: string): string {
  const { interpreter } = node
  const argv = ['/bin/sh', `${root}/${scriptOf(job, node)}`, folderOf(labelled, node, task)]
  const key = word(keyOf(job, interpreter))
  const tags = interpreter.limit === null ? '' : ` -tags ${key}`
  const limit = timeLimitOf(job, node)
  const most = limit === null ? '' : ` -maxrunsecs ${word(String(wholeSeconds(limit)))}`
  return `RemoteCmd {${argv.map(word).join(' ')}} -service ${key}${tags}${most}`
}

/** A title is only shown: one line, and not like an option. */
export function title(text: string, id: string): string {
  const line = oneLine(text, id)
  return line.startsWith('-') ? `${id} ${line}` : line
}
