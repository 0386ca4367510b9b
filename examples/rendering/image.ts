// Pictures: three bytes a pixel, rows from the top.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { decode, encode, hasPngSignature } from 'fast-png'

export interface Image {
  width: number
  height: number
  data: Uint8Array
}

/** Writes by renaming, so that nobody meets half a picture; makes the folder. */
export function writePng(path: string, { width, height, data }: Image): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(`${path}.part`, encode({ width, height, data, channels: 3 }))
  renameSync(`${path}.part`, path)
}

/** Refuses what is no PNG of three times 8 bits. */
export function readPng(path: string): Image {
  const bytes = readFileSync(path)
  if (!hasPngSignature(bytes)) throw new Error(`${path} is no PNG`)
  const { width, height, data, channels } = decode(bytes)
  if (channels !== 3 || data.BYTES_PER_ELEMENT !== 1) throw new Error(`${path} is not RGB of 8 bits`)
  return { width, height, data: new Uint8Array(data) }
}
