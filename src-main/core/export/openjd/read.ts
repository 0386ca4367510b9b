/** Reads a template back: its tasks, their frames, and what waits for what. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { caught, refuse, take, type Result } from '../../../domain/result.ts'
import type { Replay } from '../farm.ts'
import { engineChunks, readRange } from './ranges.ts'
import { taskParameters, templateFile, templateShape, type Step, type TaskParameter, type Template } from './schema.ts'

/** Errors (`input`): the file is no YAML, no template of ours, or names steps that are not there. */
export function readTemplate(folder: string): Result<Replay> {
  return caught(() => {
    const template = parsed(readFileSync(join(folder, templateFile), 'utf8'))
    const ofStep = new Map(template.steps.map((step) => [step.name, tasksOf(step, template)]))
    if (ofStep.size < template.steps.length) refuse('input', `${templateFile}: two steps have one name`)
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

/** folder → frames, where the step's parameter is made of frames */
function tasksOf(step: Step, { extensions }: Template): Replay['tasks'] {
  const [, argument] = step.script.actions.onRun.args
  const parameter = step.parameterSpace?.taskParameterDefinitions[0]
  if (!parameter) return new Map([[argument, null]])
  const place = `{{Task.Param.${parameter.name}}}`
  if (!argument.endsWith(place)) refuse('input', `${templateFile}: ${step.name} does not use its parameter`)
  if (parameter.type === 'CHUNK[INT]' && !extensions)
    refuse('input', `${templateFile}: ${step.name} has chunks, and the extension TASK_CHUNKING is not declared`)
  const node = argument.slice(0, -place.length)
  return new Map(take(valuesOf(parameter)).map(({ text, frames }) => [`${node}${text}`, frames]))
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
