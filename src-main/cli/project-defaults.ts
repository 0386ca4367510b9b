/** A project file's settings where the command line does not say otherwise. */
import type { Command } from 'commander'
import { memoryOf, sizeAdvice } from '../domain/memory.ts'
import { Failure } from './base.ts'
import { findProject, type Project } from './project.ts'

/** Commands that have nothing to do with any job, and answer wherever they are asked. */
const apart = new Set(['complete', 'completion', 'schema', 'help'])

/** The project that a command is typed in; null: there is none. */
export function projectFor(command: Command): Project | null {
  if (apart.has(command.name())) return null
  const found = findProject(process.cwd())
  if (!found.ok) throw new Failure(found.error)
  return found.value
}

/** Sets the options that the command has and that were not typed; mappings are joined, what was typed first. */
export function applyProject({ path, map, slots, worker, run = {} }: Project, command: Command): void {
  const known = new Set(command.options.map((option) => option.attributeName()))
  const wanted = {
    ...{ slots, worker },
    ...(command.name() === 'run'
      ? { ...run, memory: run.memory === undefined ? undefined : bytesIn(path, run.memory) }
      : {})
  }
  for (const [name, value] of Object.entries(wanted))
    if (value !== undefined && known.has(name) && command.getOptionValueSource(name) === undefined)
      command.setOptionValueWithSource(name, value, 'config')
  if (map && known.has('map')) {
    const typed = command.opts<{ map?: Record<string, string> }>().map
    command.setOptionValueWithSource('map', { ...map, ...typed }, 'config')
  }
}

function bytesIn(path: string, text: string): number {
  const bytes = memoryOf(text)
  if (bytes === null) throw new Failure({ kind: 'input', message: `${path}: run.memory: it should be ${sizeAdvice}` })
  return bytes
}
