/** Reads a template back: its tasks, their frames, and what waits for what. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { caught, refuse, take, type Result } from '../../../domain/result.ts'
import type { Replay } from '../farm.ts'
import { engineChunks, readRange } from './ranges.ts'
import { framesFile, framesScript } from './look-up.ts'
import {
  folderParameter,
  taskParameters,
  templateFile,
  templateShape,
  type Step,
  type TaskParameter,
  type Template
} from './schema.ts'

/** Errors (`input`): the file is no YAML, no template of ours, or names steps that are not there. */
export function readTemplate(folder: string): Result<Replay> {
  return caught(() => {
    const template = parsed(readFileSync(join(folder, templateFile), 'utf8'))
    const ofStep = new Map(template.steps.map((step) => [step.name, tasksOf(step, template, folder)]))
    if (ofStep.size < template.steps.length) refuse('input', `${templateFile}: two steps have one name`)
    refuseCycle(template)
    const waits = template.steps.flatMap(({ name, dependencies = [] }) =>
      dependencies.map(({ dependsOn }) => {
        const on = ofStep.get(dependsOn)
        if (!on) return refuse('input', `${templateFile}: ${name} depends on a step ${dependsOn} that is not there`)
        return { tasks: [...(ofStep.get(name) ?? new Map()).keys()], on: [...on.keys()] }
      })
    )
    return { tasks: new Map([...ofStep.values()].flatMap((tasks) => [...tasks])), waits }
  })
}

function parsed(text: string): Template {
  let value: unknown
  try {
    value = parse(text)
  } catch (error) {
    return refuse('input', `${templateFile} is no YAML: ${(error as Error).message}`)
  }
  const template = templateShape.safeParse(value)
  if (template.success) return template.data
  const issue = template.error.issues[0]
  return refuse('input', `${templateFile}, ${issue?.path.join('.') || 'its content'}: ${issue?.message}`)
}

/** Each step that waits for nothing that is left is taken away until there is none. */
function refuseCycle({ steps }: Template): void {
  let left = steps
  for (let before = Infinity; left.length < before;) {
    before = left.length
    const names = new Set(left.map(({ name }) => name))
    left = left.filter(({ dependencies = [] }) => dependencies.some(({ dependsOn }) => names.has(dependsOn)))
  }
  if (left.length > 0) refuse('input', `${templateFile}: ${left[0]?.name} waits for itself (a cycle of steps)`)
}

/** A task as the engine hands it over: its step, and the value of the step's parameter; empty: it has none. */
export interface EngineTask {
  step: string
  value: string
  /** the task's folder below `tasks/` */
  task: string
}

/** The tasks of an export's template as its engine names them. Throws (`input`) like `readTemplate`. */
export function parametersOfTasks(folder: string): EngineTask[] {
  const template = parsed(readFileSync(join(folder, templateFile), 'utf8'))
  return template.steps.flatMap((step) =>
    placesOf(step, template, folder).map(({ value, task }) => ({ step: step.name, value, task }))
  )
}

interface Place {
  task: string
  value: string
  frames: readonly string[] | null
}

/** folder → frames, where the step's parameter is made of frames */
const tasksOf = (step: Step, template: Template, folder: string): Replay['tasks'] =>
  new Map(placesOf(step, template, folder).map(({ task, frames }) => [task, frames]))

function placesOf(step: Step, { extensions }: Template, folder: string): Place[] {
  const { args } = step.script.actions.onRun
  const parameter = step.parameterSpace?.taskParameterDefinitions[0]
  if (!parameter) return [{ task: args[1], value: '', frames: null }]
  const place = `{{Task.Param.${parameter.name}}}`
  if (!args.at(-2)?.endsWith(place)) refuse('input', `${templateFile}: ${step.name} does not use its parameter`)
  if (parameter.type === 'CHUNK[INT]' && !extensions)
    refuse('input', `${templateFile}: ${step.name} has chunks, and the extension TASK_CHUNKING is not declared`)
  const values = take(valuesOf(parameter))
  if (args.length === 3)
    return values.map(({ text, frames }) => ({ task: args[1].replace(place, text), value: text, frames }))
  const position = args[2]
  if (
    !Object.values(framesScript).some((script) => args[0] === `{{Param.${folderParameter}}}/${script}`) ||
    !/^\d+$/.test(position) ||
    args[3] !== place
  )
    refuse('input', `${templateFile}: ${step.name} looks its tasks up otherwise than it was written`)
  const file = join(folder, framesFile(Number(position)))
  if (!existsSync(file)) refuse('input', `${templateFile}: ${step.name} has frames, and ${file} is not there`)
  const lines = readFileSync(file, 'utf8').split('\n')
  const placeOf = new Map(lines.slice(0, -1).map((line, i) => [line, i]))
  return values.map(({ text, frames }) => {
    const found = placeOf.get(frames?.join() ?? '')
    if (found === undefined) return refuse('input', `${step.name}: no task has just the frames ${text}`)
    return { task: `${position}/${found}`, value: text, frames }
  })
}

/** What the engine hands over, one by one, with the frames that it means. */
function valuesOf(parameter: TaskParameter): Result<{ text: string; frames: readonly string[] | null }[]> {
  return caught(() => {
    const values = take(readRange(parameter.range))
    if (parameter.name === taskParameters.batch) return values.map((value) => ({ text: String(value), frames: null }))
    if (parameter.name === taskParameters.frame)
      return values.map((value) => ({ text: String(value), frames: [String(value)] }))
    const { defaultTaskCount, rangeConstraint } = parameter.chunks
    return engineChunks(values, defaultTaskCount, rangeConstraint).map(({ text, frames }) => ({
      text,
      frames: frames.map(String)
    }))
  })
}
