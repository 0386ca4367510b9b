/** Reads a job spec back: its tasks, their frames, and what waits for what once cuebot has launched it. */
import { at } from '../../../domain/at.ts'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DOMParser, onErrorStopParsing, ParseError, type Document, type Element } from '@xmldom/xmldom'
import { parseFrameRange } from '../../../domain/frames.ts'
import { caught, refuse, take, type Result } from '../../../domain/result.ts'
import type { Replay } from '../farm.ts'
import { frameByFrame } from './depends.ts'
import { framesOf, layer, type CueLayer } from './layers.ts'
import { layerTypes, positionIn, specFile } from './spec.ts'

interface ReadLayer {
  layer: CueLayer
  /** the tasks' folders, in the layer's order */
  folders: readonly string[]
}

/** Errors (`input`): the file is no XML, no spec of ours, or depends on layers that are not there. */
export function readSpec(folder: string): Result<Replay> {
  return caught(() => {
    const spec = parsed(readFileSync(join(folder, specFile), 'utf8'))
    const elements = [...spec.getElementsByTagName('layer')]
    const layers = new Map(elements.map((one) => [one.getAttribute('name'), layerIn(one)]))
    if (layers.size < elements.length) refuse('input', `${specFile}: two layers have one name`)
    const tasks: Replay['tasks'] = new Map()
    for (const one of layers.values()) one.folders.forEach((name, i) => tasks.set(name, framesOf(one.layer, i)))
    const waits = [...spec.getElementsByTagName('depend')].flatMap((depend) => waitsIn(depend, layers))
    return { tasks, waits }
  })
}

function parsed(text: string): Document {
  try {
    return new DOMParser({ onError: onErrorStopParsing }).parseFromString(text, 'text/xml')
  } catch (error) {
    if (error instanceof ParseError) return refuse('input', `${specFile} is no XML: ${error.message}`)
    throw error
  }
}

function layerIn(element: Element): ReadLayer {
  const position = positionIn(textIn(element, 'cmd'))
  if (position === null) return refuse('input', `${specFile}: ${textIn(element, 'cmd')} is no command of ours`)
  const frames = take(parseFrameRange(textIn(element, 'range'))).map(Number)
  const filmed = element.getAttribute('type') === layerTypes.filmed
  const one = layer(frames, Number(textIn(element, 'chunk')), filmed)
  return { layer: one, folders: one.starts.map((frame) => `${position}/${frame}`) }
}

function textIn(element: Element, tag: string): string {
  const found = [...element.getElementsByTagName(tag)][0]
  return found?.textContent?.trim() ?? refuse('input', `${specFile}: a ${element.tagName} has no ${tag}`)
}

function waitsIn(depend: Element, layers: ReadonlyMap<string | null, ReadLayer>): Replay['waits'] {
  const [child, parent] = ['deplayer', 'onlayer'].map((tag) => {
    const name = textIn(depend, tag)
    return layers.get(name) ?? refuse('input', `${specFile} depends on a layer ${name} that is not there`)
  }) as [ReadLayer, ReadLayer]
  const type = depend.getAttribute('type')
  if (type === 'LAYER_ON_LAYER') return [{ tasks: child.folders, on: parent.folders }]
  if (type !== 'FRAME_BY_FRAME') return refuse('input', `${specFile} has a dependency of the type ${type}`)
  const links = frameByFrame(child.layer, parent.layer) ?? refuse('input', `${specFile}: cuebot cannot link its frames`)
  return links.map((places, i) => ({
    tasks: [at(child.folders, i)],
    on: places.map((place) => at(parent.folders, place))
  }))
}
