/** Reads a job file back: its tasks, and what waits for what. */
import { at } from '../../../domain/at.ts'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { caught, refuse, type Result } from '../../../domain/result.ts'
import type { Replay } from '../farm.ts'
import { alfFile } from './alf.ts'
import { commandsOf, listOf } from './tcl.ts'

/** Errors (`input`): the file is no Tcl, no job file of ours, or refers to tasks that do not stand before. */
export function readAlf(folder: string): Result<Replay> {
  return caught(() => {
    const [job, ...rest] = commandsOf(readFileSync(join(folder, alfFile), 'utf8'))
    if (job?.[0] !== 'Job' || rest.length) return refuse('input', `${alfFile} holds not one Job`)
    const reader = new Alf()
    for (const words of subtasksOf(optionsOf(job.slice(1)))) reader.top(words)
    return reader.replay()
  })
}

class Alf {
  /** id → the folders that its commands work on: a task's, or those of a node's tasks */
  private readonly folders = new Map<string, readonly string[]>()
  /** id → the folders of the tasks that have an Instance of it */
  private readonly waiting = new Map<string, string[]>()
  private readonly tasks: Replay['tasks'] = new Map()

  /** A Task with a command, or one of a node, which has Tasks and no command: it is done when they are. */
  top(words: readonly string[]): void {
    const options = taskOptions(words)
    const own = options.has('-cmds')
      ? this.task(options)
      : subtasksOf(options).map((one) => this.task(taskOptions(one)))
    if (!options.has('-cmds')) this.put(options, own.flat())
  }

  replay(): Replay {
    const waits = [...this.waiting].map(([id, tasks]) => ({ tasks, on: this.folders.get(id) ?? [] }))
    return { tasks: this.tasks, waits }
  }

  private task(options: ReadonlyMap<string, string>): string[] {
    const folder = folderIn(options.get('-cmds') ?? '')
    for (const [operator, id = ''] of subtasksOf(options)) {
      if (operator !== 'Instance' || !this.folders.has(id))
        refuse('input', `${alfFile}: ${folder} waits for ${operator} ${id}, which does not stand before`)
      const waiting = this.waiting.get(id) ?? []
      waiting.push(folder)
      this.waiting.set(id, waiting)
    }
    this.tasks.set(folder, null)
    this.put(options, [folder])
    return [folder]
  }

  private put(options: ReadonlyMap<string, string>, folders: readonly string[]): void {
    const id = options.get('-id') ?? refuse('input', `${alfFile}: the Task of ${folders[0]} has no id`)
    if (this.folders.has(id)) refuse('input', `${alfFile}: two Tasks have the id ${id}`)
    this.folders.set(id, folders)
  }
}

const subtasksOf = (options: ReadonlyMap<string, string>) => commandsOf(options.get('-subtasks') ?? '')

function taskOptions([operator, title, ...words]: readonly string[]): Map<string, string> {
  return operator === 'Task' && title !== undefined
    ? optionsOf(words)
    : refuse('input', `${alfFile} has a ${operator} where a Task has to be`)
}

/** `-name value` pairs. */
function optionsOf(words: readonly string[]): Map<string, string> {
  const options = new Map<string, string>()
  for (let i = 0; i < words.length; i += 2) {
    const [name, value] = [at(words, i), words[i + 1]]
    if (!name.startsWith('-') || value === undefined)
      return refuse('input', `${alfFile}: ${name} is no option with a value`)
    options.set(name, value)
  }
  return options
}

/** What the one command of a Task works on. */
function folderIn(commands: string): string {
  const [[operator, argv, ...options] = [], ...rest] = commandsOf(commands)
  const [shell, script, folder, ...more] = listOf(argv ?? '')
  // what is spooled says which submission it is as well
  const isSubmitted = /^[\d-]+$/.test(more[0] ?? '')
  const most = optionsOf(options).get('-maxrunsecs')
  if (most !== undefined && !/^[1-9]\d*$/.test(most)) refuse('input', `${alfFile}: ${most} is no limit of time`)
  const ours = operator === 'RemoteCmd' && shell === '/bin/sh' && /\/commands\/\d+\.sh$/.test(script ?? '')
  if (ours && folder !== undefined && more.length + rest.length === Number(isSubmitted)) return folder
  return refuse('input', `${alfFile}: ${commands.trim().slice(0, 80)} is no command of ours`)
}
