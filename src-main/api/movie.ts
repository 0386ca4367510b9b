/** How a movie's pictures are coded, read from the boxes of a QuickTime or MP4 file (ISO/IEC 14496-12). */
import { open, type FileHandle } from 'node:fs/promises'
import { codecName } from '../domain/picture-kind.ts'

/** boxes that hold boxes, on the way to the table that names the codec */
const folders = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl'])
/** more boxes than these no movie has before its pictures' track */
const mostBoxes = 4096

interface Box {
  type: string
  /** where what is in it begins and ends */
  from: number
  to: number
}

/** The codec's name for people; null where the file is no such movie, or cannot be read. */
export async function codecOf(path: string): Promise<string | null> {
  try {
    return await codecIn(await open(path))
  } catch {
    return null // what cannot be read has no codec to tell
  }
}

/** Closes the file. */
async function codecIn(file: FileHandle): Promise<string | null> {
  try {
    const { size } = await file.stat()
    const type = await sampleType(file, size)
    return type === null ? null : codecName(type)
  } finally {
    await file.close()
  }
}

/** Of the first track with pictures. */
async function sampleType(file: FileHandle, size: number): Promise<string | null> {
  const waiting: Box[] = [{ type: '', from: 0, to: size }]
  let handler = ''
  for (let count = 0; count < mostBoxes; count++) {
    const at = waiting.pop()
    if (!at) return null
    const box = await boxAt(file, at)
    if (!box) continue
    if (box.to < at.to) waiting.push({ ...at, from: box.to })
    if (folders.has(box.type)) waiting.push(box)
    // a track's own; QuickTime has one more for where its data is
    if (box.type === 'hdlr' && (await textAt(file, box.from + 4)) !== 'dhlr') handler = await textAt(file, box.from + 8)
    // version, flags, count, then the first entry's size and type
    if (box.type === 'stsd' && handler === 'vide') return textAt(file, box.from + 12)
  }
  return null
}

async function boxAt(file: FileHandle, { from, to }: Box): Promise<Box | null> {
  const head = Buffer.alloc(16)
  const { bytesRead } = await file.read(head, 0, 16, from)
  if (bytesRead < 8 || from + 8 > to) return null
  const short = head.readUInt32BE(0)
  const size = short === 1 && bytesRead === 16 ? Number(head.readBigUInt64BE(8)) : short === 0 ? to - from : short
  const type = head.toString('latin1', 4, 8)
  return size < 8 ? null : { type, from: from + (short === 1 ? 16 : 8), to: Math.min(to, from + size) }
}

async function textAt(file: FileHandle, at: number): Promise<string> {
  const bytes = Buffer.alloc(4)
  await file.read(bytes, 0, 4, at)
  return bytes.toString('latin1')
}
