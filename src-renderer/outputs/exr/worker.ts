/** Decodes EXR pictures beside the page's own thread and keeps the last ones, so that exposure and scrubbing are quick. */
import { decodeExr, type Decoded } from './decode.ts'
import type { Reply, Wish } from './messages.ts'
import { shrink, toneOf } from './tone.ts'

/** bytes of floats that are kept */
const room = 640 << 20
const kept = new Map<string, Decoded>()

const sizeOf = (picture: Decoded): number => ('pixels' in picture ? picture.pixels.byteLength : 0)

function keep(key: string, picture: Decoded): void {
  kept.set(key, picture)
  let used = [...kept.values()].reduce((sum, one) => sum + sizeOf(one), 0)
  for (const [oldest, one] of kept) {
    if (used <= room || oldest === key) break
    kept.delete(oldest)
    used -= sizeOf(one)
  }
}

function find({ key, bytes }: Wish): Decoded | undefined {
  const known = kept.get(key)
  if (known) kept.delete(key) // put behind the others again: it was used last
  const picture = known ?? (bytes ? decodeExr(bytes) : undefined)
  if (picture) keep(key, picture)
  return picture
}

function answer(wish: Wish): Reply {
  const { id, stops, width } = wish
  const picture = find(wish)
  if (!picture) return { id, missing: true }
  if ('error' in picture) return { id, error: picture.error }
  const small = width === null ? picture : shrink(picture, width)
  const size = { width: small.width, height: small.height, fullWidth: picture.width, fullHeight: picture.height }
  return { id, shown: { ...size, rgba: toneOf(small, stops), info: picture.info } }
}

self.onmessage = ({ data }: MessageEvent<Wish>) => {
  const reply = answer(data)
  self.postMessage(reply, { transfer: 'shown' in reply ? [reply.shown.rgba.buffer] : [] })
}
