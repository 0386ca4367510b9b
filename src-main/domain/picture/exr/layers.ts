/** How an EXR's channels belong together: names up to the last dot are a layer (OpenEXR, "Layers"), R G B are a colour. */
import type { Choice } from '../opened.ts'
import type { ExrChannel, ExrPart } from './openexr.ts'

export interface ExrChoice extends Choice {
  part: number
  /** channels that belong to it, those that are shown first */
  channels: readonly ExrChannel[]
}

/** Sets of names that make a colour or a vector, whatever their case. */
const sets = [
  { names: ['r', 'g', 'b'], isColour: true },
  { names: ['x', 'y', 'z'], isColour: false },
  { names: ['u', 'v'], isColour: false }
] as const
/** single channels that are light by themselves */
const lights = ['y', 'a', 'r', 'g', 'b']
/** of those that are only told as values */
const mostTold = 16

const lastDot = (name: string): number => name.lastIndexOf('.')
const layerOf = (name: string): string => name.slice(0, Math.max(0, lastDot(name)))
const baseOf = (name: string): string => name.slice(lastDot(name) + 1)

/** What is shown of a layer: its colour first, then what is left, each by itself. */
function setsIn(channels: readonly ExrChannel[]): { shown: ExrChannel[]; isColour: boolean }[] {
  const byName = new Map(channels.map((channel) => [baseOf(channel.name).toLowerCase(), channel]))
  const left = new Set(channels)
  const found = sets.flatMap(({ names, isColour }) => {
    const shown = names.flatMap((name) => byName.get(name) ?? [])
    if (shown.length < names.length || shown.some((one) => !left.has(one) || one.xStep > 1 || one.yStep > 1)) return []
    for (const one of shown) left.delete(one)
    if (isColour) for (const one of [byName.get('a')]) if (one) left.delete(one)
    return [{ shown, isColour }]
  })
  const alone = [...left].map((one) => ({ shown: [one], isColour: lights.includes(baseOf(one.name).toLowerCase()) }))
  // luminance is looked at before its chroma
  alone.sort((a, b) => Number(isLuminance(b.shown)) - Number(isLuminance(a.shown)))
  return [...found, ...alone]
}

const isLuminance = ([one]: readonly ExrChannel[]): boolean => one !== undefined && baseOf(one.name) === 'Y'

const nameOf = (layer: string, shown: readonly ExrChannel[], isOnly: boolean): string => {
  if (isOnly && layer !== '') return layer
  const names = shown.map(({ name }) => baseOf(name)).join('')
  return layer === '' ? names : `${layer}.${names}`
}

/** names that renderers give to the picture itself, and what is a colour by its channels alone */
const mainNames = /(?:^|\.)(?:combined|beauty|master|rgba?|colou?r|c)$/i
const matteNames = /crypto/i

/** The lower, the sooner it is what a file is opened for. */
function rank({ name, isColour, shown }: ExrChoice): number {
  if (name === 'RGB') return 0
  if (!isColour) return 5
  if (matteNames.test(name)) return 4
  return shown.length < 3 ? 3 : mainNames.test(name) ? 1 : 2
}

/** Everything there is to look at in a file's parts, the main colour first. */
export function choicesOf(parts: readonly ExrPart[]): ExrChoice[] {
  const all = parts.flatMap((part, index) => {
    const layers = Map.groupBy(part.channels, ({ name }) => layerOf(name))
    const group = parts.length > 1 ? (part.name ?? `part ${index + 1}`) + (part.view ? ` (${part.view})` : '') : null
    const levels = part.levels.map(({ width, height }) => `${width} × ${height}`)
    return [...layers].flatMap(([layer, channels]) => {
      const found = setsIn(channels)
      return found.map(({ shown, isColour }): ExrChoice => {
        const others = channels.filter((one) => !shown.includes(one)).slice(0, mostTold)
        const name = nameOf(layer, shown, found.length === 1)
        return {
          ...{ part: index, group, name, isColour, levels, channels: [...shown, ...others] },
          shown: shown.map((one) => one.name)
        }
      })
    })
  })
  const first = all.reduce<ExrChoice | null>((best, one) => (best && rank(best) <= rank(one) ? best : one), null)
  return first ? [first, ...all.filter((one) => one !== first)] : []
}
