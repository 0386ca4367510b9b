/** What became of each frame of a sequence: there, or why not. Pure. */
import type { TaskView } from '../../src-main/api.ts'
import { rangeText } from '../../src-main/domain/frames.ts'
import type { OutputFile } from './paths.ts'

/** In the order in which they are told. */
export const frameStates = ['missing', 'empty', 'failed', 'not-started', 'there'] as const
export type FrameState = (typeof frameStates)[number]

export const frameWords: Readonly<Record<FrameState, string>> = {
  missing: 'missing',
  empty: 'empty',
  failed: 'failed',
  'not-started': 'not started',
  there: 'there'
}

type OnDisk = { size: number } | null

/**
 * `onDisk`: null where there is no file. A frame that is not there is not missing while its task has not ended, and the fault of
 * its task where that failed.
 */
export function frameStateOf(onDisk: OnDisk, task: Pick<TaskView, 'state'> | undefined): FrameState {
  if (onDisk !== null && onDisk.size > 0) return 'there'
  if (task?.state === 'failed') return 'failed'
  const isToCome = task && ['waiting', 'ready', 'blocked', 'running', 'canceled', 'interrupted'].includes(task.state)
  if (isToCome) return 'not-started'
  return onDisk === null ? 'missing' : 'empty'
}

/** The task of each frame, by its number as text. */
export function tasksByFrame(
  tasks: readonly TaskView[],
  framesOf: (printed: string) => readonly string[]
): ReadonlyMap<string, TaskView> {
  const found = new Map<string, TaskView>()
  for (const task of tasks) if (task.frames !== null) for (const frame of framesOf(task.frames)) found.set(frame, task)
  return found
}

/** `0042` and `42` are one frame. */
export const frameNumber = (frame: string): string => (/^-?\d+$/.test(frame) ? String(Number(frame)) : frame)

export interface Gap {
  state: Exclude<FrameState, 'there'>
  frames: string[]
  /** `13, 27-30` */
  text: string
}

/** What is not there, kind by kind. */
export function gapsOf(files: readonly { file: OutputFile; state: FrameState }[]): Gap[] {
  return frameStates.flatMap((state) => {
    if (state === 'there') return []
    const frames = new Set(
      files.flatMap(({ file, state: own }) => (own === state && file.frame !== null ? [frameNumber(file.frame)] : []))
    )
    if (frames.size === 0) return []
    const list = [...frames].sort((a, b) => Number(a) - Number(b))
    return [{ state, frames: list, text: rangeText(list).replaceAll(',', ', ') }]
  })
}

/** All of them as one range, as every farm and program takes it. */
export const rangeOf = (gaps: readonly Gap[]): string =>
  rangeText([...new Set(gaps.flatMap(({ frames }) => frames))].sort((a, b) => Number(a) - Number(b)))
