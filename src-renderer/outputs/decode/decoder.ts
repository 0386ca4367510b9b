/** The page's side of the workers: one for what is looked at, as many as there are processors for tiles. */
import { bytesText } from '../../../src-main/domain/durations.ts'
import { tell } from '../../api.ts'
import type { Difference } from '../../../src-main/domain/picture/difference.ts'
import { Lane } from './lane.ts'
import type { File, Reply, Request, Shown, Values, View } from './messages.ts'

/** The later, the sooner. */
const urgencies = ['ahead', 'viewer', 'values'] as const
type Urgency = (typeof urgencies)[number]

/** bytes; a larger file is looked at with a tool for it */
const mostFileBytes = 512e6
const mostLanes = 4
/** tiles that are kept: leaving a job and coming back decodes nothing */
const mostTiles = 400

export interface Source extends File {
  size: number
}

interface Waiting {
  file: Source
  request: Request
  rank: number
  done: (reply: Reply) => void
}

/** A queue before some workers: what is most urgent goes first, of those what came first. */
class Queue {
  private readonly lanes: Lane[]
  /** lanes that have a picture, also while its bytes are read for them */
  private readonly taken = new Set<Lane>()
  private waiting: Waiting[] = []

  constructor(lanes: number) {
    const start = () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
    this.lanes = Array.from({ length: lanes }, () => new Lane(start))
  }

  warm(): void {
    for (const lane of this.lanes) lane.warm()
  }

  /** Resolves never where `signal` is aborted before its turn. */
  ask(file: Source, request: Request, rank: number, signal?: AbortSignal): Promise<Reply> {
    return new Promise((done) => {
      const waiting = { file, request, rank, done }
      this.waiting.push(waiting)
      signal?.addEventListener('abort', () => (this.waiting = this.waiting.filter((one) => one !== waiting)))
      this.next()
    })
  }

  private next(): void {
    const lane = this.lanes.find((one) => !this.taken.has(one))
    const first = this.waiting.reduce<Waiting | null>((best, one) => (best && best.rank >= one.rank ? best : one), null)
    if (!lane || !first) return
    this.waiting = this.waiting.filter((one) => one !== first)
    this.taken.add(lane)
    void replyOf(lane, first).then((reply) => {
      this.taken.delete(lane)
      first.done(reply)
      this.next()
    })
  }
}

async function replyOf(lane: Lane, { file, request }: Waiting): Promise<Reply> {
  const { id } = request
  if (file.size > mostFileBytes)
    return { id, error: `${bytesText(file.size)}: pictures up to ${bytesText(mostFileBytes)} are shown here.` }
  const reply = await lane.ask(request)
  if (!('missing' in reply)) return reply
  const read = await tell('files.read', { path: file.path })
  if ('error' in read) return { id, error: `${read.error.message}.` }
  const bytes = read.value.byteOffset === 0 ? read.value : read.value.slice()
  return lane.ask(withBytes(request, bytes), [bytes.buffer])
}

function withBytes(request: Request, bytes: Uint8Array<ArrayBuffer>): Request {
  // both were shown, so that the worker has them
  if ('pair' in request) return request
  return 'wish' in request
    ? { ...request, wish: { ...request.wish, file: { ...request.wish.file, bytes } } }
    : { ...request, probe: { ...request.probe, file: { ...request.probe.file, bytes } } }
}

const plain = ({ path, url, key }: Source): File => ({ path, url, key })
const asMain: View = { choice: 0, level: 0, isWhole: false, stops: 0, isFitted: null }

class Decoder {
  private readonly looks = new Queue(1)
  private readonly tiles = new Queue(Math.min(mostLanes, Math.max(1, navigator.hardwareConcurrency)))
  private readonly known = new Map<string, Shown>()
  private lastId = 0

  /** Tiles will be asked for soon: their workers start while the page still asks for what there is to show. */
  warm(): void {
    this.tiles.warm()
  }

  /** The picture as it is, or in one sentence why there is none. */
  async show(file: Source, view: View, urgency: Urgency, signal?: AbortSignal): Promise<Shown | { error: string }> {
    const id = ++this.lastId
    const request = { id, wish: { id, file: plain(file), view, width: null } }
    return shownOf(await this.looks.ask(file, request, urgencies.indexOf(urgency), signal))
  }

  /** What comes next in a sequence is decoded before it is asked for. */
  prepare(file: Source, view: View): void {
    const id = ++this.lastId
    void this.looks.ask(file, { id, wish: { id, file: plain(file), view, width: null } }, urgencies.indexOf('ahead'))
  }

  /** How two pictures differ that were shown, or in one sentence why that cannot be said. */
  async difference(a: Source, b: Source, view: View, signal?: AbortSignal): Promise<Difference | { error: string }> {
    const id = ++this.lastId
    const request = { id, pair: { id, a: plain(a), b: plain(b), view } }
    const reply = await this.looks.ask(a, request, urgencies.indexOf('viewer'), signal)
    if ('difference' in reply) return reply.difference
    return { error: 'error' in reply ? reply.error : 'The pictures cannot be compared.' }
  }

  /** The values of one pixel of what is shown. */
  async values(file: Source, view: View, at: { x: number; y: number }): Promise<Values | null> {
    const id = ++this.lastId
    const probe = { id, probe: { id, file: plain(file), view, ...at } }
    const reply = await this.looks.ask(file, probe, urgencies.indexOf('values'))
    return 'values' in reply ? reply.values : null
  }

  /** Its main layer, at most `width` pixels wide. */
  async tile(file: Source, width: number, signal?: AbortSignal): Promise<Shown | { error: string }> {
    const key = `${file.key}\n${width}`
    const known = this.known.get(key)
    if (known) return known
    const id = ++this.lastId
    const request = { id, wish: { id, file: plain(file), view: asMain, width } }
    const shown = shownOf(await this.tiles.ask(file, request, 0, signal))
    if ('error' in shown) return shown
    this.known.set(key, shown)
    for (const oldest of this.known.keys()) {
      if (this.known.size <= mostTiles) break
      this.known.delete(oldest)
    }
    return shown
  }
}

const shownOf = (reply: Reply): Shown | { error: string } =>
  'shown' in reply ? reply.shown : { error: 'error' in reply ? reply.error : 'This picture cannot be decoded.' }

export const decoder = new Decoder()
