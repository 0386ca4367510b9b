/** Decodes pictures beside the page's own thread and keeps the last ones, so that exposure and scrubbing are quick. */
import { differenceOf, type Difference } from '../../../src-main/domain/picture/difference.ts'
import { openBrowsers } from './browser.ts'
import type { File, Pair, Probe, Reply, Request, Shown, Values, View, Wish } from './messages.ts'
import { open } from '../../../src-main/domain/picture/open.ts'
import { areaOf, Refusal, sameArea, type Opened, type Pixels } from '../../../src-main/domain/picture/opened.ts'
import { toneOf, type Look } from '../../../src-main/domain/picture/tone.ts'

/** bytes of samples that are kept */
const room = 640 << 20

class Missing extends Error {}

/** The file that was opened last: other layers of it are read without opening it again. */
let opened: { key: string; file: Opened } | null = null
const kept = new Map<string, { pixels: Pixels; file: Opened }>()

const sizeOf = ({ planes }: Pixels): number => planes.reduce((sum, { samples }) => sum + samples.byteLength, 0)

function keep(key: string, one: { pixels: Pixels; file: Opened }): void {
  kept.set(key, one)
  let used = [...kept.values()].reduce((sum, { pixels }) => sum + sizeOf(pixels), 0)
  for (const [oldest, { pixels }] of kept) {
    if (used <= room || oldest === key) break
    kept.delete(oldest)
    used -= sizeOf(pixels)
  }
}

/** The bytes of a file of this machine. Fails where the page was not loaded from it, as while it is developed. */
async function fetched(url: string): Promise<Uint8Array> {
  const answer = await new Promise<unknown>((done) => {
    const request = new XMLHttpRequest()
    request.responseType = 'arraybuffer'
    request.onload = () => done(request.response)
    request.onerror = () => done(null)
    try {
      request.open('GET', url)
      request.send()
    } catch {
      done(null) // the page is of another origin: it has to ask for the bytes
    }
  })
  if (!(answer instanceof ArrayBuffer)) throw new Missing()
  return new Uint8Array(answer)
}

async function fileOf({ key, path, url, bytes }: File): Promise<Opened> {
  if (opened?.key === key) return opened.file
  const read = bytes ?? (await fetched(url))
  opened = null
  const file = await open(read, path, openBrowsers)
  opened = { key, file }
  return file
}

const keyOf = ({ key }: File, { choice, level }: View): string => `${key}\n${choice} ${level}`

async function pixelsOf(file: File, view: View): Promise<{ pixels: Pixels; file: Opened }> {
  const key = keyOf(file, view)
  const known = kept.get(key)
  if (known) kept.delete(key) // put behind the others again: it was used last
  const from = known?.file ?? (await fileOf(file))
  const one = known ?? { pixels: await from.read(view.choice, view.level), file: from }
  keep(key, one)
  return one
}

/** Numbers that are no light (depth, object ids) are shown from the least to the greatest. */
function lookOf(file: Opened, { choice, stops, isFitted }: View): { shown: number; look: Look } {
  const { shown = [], isColour = true } = file.choices[choice] ?? {}
  return { shown: shown.length, look: { stops, isFitted: isFitted ?? !isColour } }
}

async function show({ file, view, width }: Wish): Promise<Shown> {
  const from = width === null ? null : await fileOf(file)
  const { pixels, file: source } = from
    ? { pixels: await from.small(view.choice, width ?? 1), file: from }
    : await pixelsOf(file, view)
  const area = areaOf(pixels, view.isWhole)
  const { shown, look } = lookOf(source, view)
  return {
    ...{ width: area.width, height: area.height, rgba: toneOf(pixels, shown, area, look), isFitted: look.isFitted },
    ...{ info: source.info(view.choice), choices: source.choices, fault: pixels.fault },
    hasMore: !sameArea(pixels.data, areaOf(pixels, false))
  }
}

/** What one pixel holds, as it is stored. */
async function values({ file, view, x, y }: Probe): Promise<Values> {
  const { pixels } = await pixelsOf(file, view)
  const [area, { data, planes }] = [areaOf(pixels, view.isWhole), pixels]
  const at = { x: area.left + x, y: area.top + y }
  const [column, row] = [at.x - data.left, at.y - data.top]
  if (column < 0 || row < 0 || column >= data.width || row >= data.height) return { ...at, channels: [] }
  const channels = planes.map(({ name, type, samples, width, xStep, yStep }) => ({
    ...{ name, type },
    value: samples[Math.floor(row / yStep) * width + Math.floor(column / xStep)] ?? NaN
  }))
  return { ...at, channels }
}

async function difference({ a, b, view }: Pair): Promise<Difference> {
  const sideOf = async (file: File) => {
    const { pixels, file: from } = await pixelsOf(file, view)
    const { shown = [], isColour = true } = from.choices[view.choice] ?? {}
    return { pixels, shown: shown.length, area: areaOf(pixels, view.isWhole), isColour }
  }
  const [one, two] = [await sideOf(a), await sideOf(b)]
  return differenceOf(one, two, one.isColour)
}

async function answer(request: Request): Promise<Reply> {
  const { id } = request
  try {
    if ('pair' in request) return { id, difference: await difference(request.pair) }
    return 'wish' in request ? { id, shown: await show(request.wish) } : { id, values: await values(request.probe) }
  } catch (error) {
    if (error instanceof Missing) return { id, missing: true }
    if (error instanceof Refusal) return { id, error: error.message }
    throw error
  }
}

self.onmessage = async ({ data }: MessageEvent<Request>) => {
  const reply = await answer(data)
  const drawn = 'shown' in reply ? reply.shown : 'difference' in reply ? reply.difference : null
  self.postMessage(reply, { transfer: drawn ? [drawn.rgba.buffer] : [] })
}
// a promise that fails is no error of the worker by itself
self.onunhandledrejection = ({ reason }) => {
  throw reason
}
