/** A project file's settings where the command line does not say otherwise. */
import type { Command } from 'commander'
import { memoryOf, sizeAdvice } from '../domain/memory.ts'
import { Failure } from './base.ts'
import type { Project } from './project-shape.ts'

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
