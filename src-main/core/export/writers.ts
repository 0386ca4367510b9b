/** Who writes which farm's format. */
import { afanasy } from './afanasy.ts'
import { deadline } from './deadline.ts'
import type { Farm } from './farm.ts'
import { flamenco } from './flamenco.ts'
import type { FarmName } from '../../domain/formats.ts'
import { opencue } from './opencue.ts'
import { openjd } from './openjd.ts'
import { royalrender } from './royalrender.ts'
import { slurm } from './slurm.ts'
import { tractor } from './tractor.ts'

export const writers: Readonly<Record<FarmName, Farm>> = {
  openjd,
  opencue,
  deadline,
  tractor,
  slurm,
  flamenco,
  afanasy,
  royalrender
}
