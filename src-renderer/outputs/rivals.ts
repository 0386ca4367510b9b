/** What other runs of the same graph have in the place of an output's pictures. */
import { ask } from '../api.ts'
import type { Source } from './decode/decoder.ts'
import { filesOf, framesOf, spanOf, urlOf } from './paths.ts'

/** How two pictures are looked at together. */
export type CompareWay = 'side' | 'wipe' | 'difference'

export interface Run {
  job: number
  /** `#616, 27 Nov 14:02` */
  label: string
}

export interface Rivals {
  /** the newest first */
  runs: readonly Run[]
  /** this run */
  own: Run
  identifier: string
  /** of the node: a graph that is code gives its nodes new identifiers with every run */
  name: string
  /** as `job.outputs` names it */
  output: string
  /** the other run's file, where it is known */
  path?: string
}

/** A run's picture in the place of another one: of the same frame, else of the same place in the list. */
export async function rivalOf(
  rivals: Rivals,
  job: number,
  place: { frame: string | null; index: number }
): Promise<Source | { error: string }> {
  const path = rivals.path ?? (await pathOf(rivals, job, place))
  if (typeof path !== 'string') return path
  const [state] = (await ask('files.check', { paths: [path] })) ?? []
  if (!state) return { error: `${path} of job ${job} is missing.` }
  return { path, url: urlOf(path, state.modified), key: `${path} ${state.modified} ${state.size}`, size: state.size }
}

async function pathOf(
  { identifier, name, output }: Rivals,
  job: number,
  { frame, index }: { frame: string | null; index: number }
): Promise<string | { error: string }> {
  const answer = await ask('job.outputs', { job, partial: true })
  const nodes = answer?.nodes ?? []
  const node = nodes.find((one) => one.identifier === identifier) ?? nodes.find((one) => one.name === name)
  const found = node?.outputs.find((one) => one.output === output)
  if (!node || !found) return { error: `Job ${job} has no output ${output} of this node.` }
  const frames = frame === null ? [] : framesOf(String(Number(frame)))
  const { files } = filesOf(found.value, spanOf(frames), node.cwd)
  const pictures = files.filter(({ kind }) => kind === 'picture' || kind === 'decoded')
  const same = frame === null ? undefined : pictures.find((file) => Number(file.frame) === Number(frame))
  const path = (same ?? (frame === null ? pictures[index] : undefined))?.path
  return path ?? { error: `Job ${job} has no picture in this place.` }
}
