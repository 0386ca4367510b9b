/** How much room things take: the density of rows and the size of the type, kept for ever. */
import { keep, readOneOf, recall } from './kept.ts'

export const densities = ['compact', 'normal', 'roomy'] as const
export type Density = (typeof densities)[number]

/** percent */
export const fontSizes = ['90', '100', '110', '125'] as const
export type FontSize = (typeof fontSizes)[number]

export interface Heights {
  /** px: a task, a group of tasks, a job in the sidebar, a line of a log */
  row: number
  group: number
  job: number
  log: number
}

const byDensity: Readonly<Record<Density, Heights>> = {
  compact: { row: 20, group: 24, job: 36, log: 16 },
  normal: { row: 24, group: 28, job: 44, log: 20 },
  roomy: { row: 28, group: 32, job: 48, log: 24 }
}

/** Larger type needs higher rows; smaller type leaves them as they are. Whole pixels: a row's place is a product. */
export function heightsOf(density: Density, size: FontSize): Heights {
  const grown = (px: number) => Math.round(px * Math.max(1, Number(size) / 100))
  const { row, group, job, log } = byDensity[density]
  return { row: grown(row), group: grown(group), job: grown(job), log: grown(log) }
}

const keys = { density: 'backlot.density', size: 'backlot.font-size' } as const

class Look {
  density = $state<Density>(recall(keys.density, readOneOf(densities), 'normal'))
  size = $state<FontSize>(recall(keys.size, readOneOf(fontSizes), '100'))
  /** of the type */
  scale = $derived(Number(this.size) / 100)
  heights = $derived(heightsOf(this.density, this.size))

  setDensity(density: Density): void {
    this.density = density
    keep(keys.density, density)
  }

  setSize(size: FontSize): void {
    this.size = size
    keep(keys.size, size)
  }

  /** As custom properties of an element. */
  get properties(): Readonly<Record<string, string>> {
    const { row, group, job, log } = this.heights
    const { scale } = this
    return {
      '--scale': String(scale),
      '--row': `${row}px`,
      '--row-group': `${group}px`,
      '--job': `${job}px`,
      '--row-log': `${log}px`,
      '--control': `${Math.round(28 * Math.max(1, scale))}px`,
      '--small': `${Math.round(24 * Math.max(1, scale))}px`
    }
  }
}

export const look = new Look()
