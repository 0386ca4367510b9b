/** Opens a picture by its first bytes, whatever its name ends with; a format that is not shown is refused by its name. */
import { fileKindOf } from '../picture-kind.ts'
import { isDpx, openDpx } from './dpx/decode.ts'
import { isExr, openExr } from './exr/decode.ts'
import { Refusal, type Opened } from './opened.ts'
import { isTiff, openTiff } from './tiff.ts'
import { isRadiance, openRadiance } from './radiance.ts'
import { openTarga } from './whole.ts'

const startsWith = (bytes: Uint8Array, ...first: readonly number[]): boolean =>
  first.every((byte, i) => bytes[i] === byte)
const letters = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0))

/** First bytes of formats that have no decoder here. */
const strangers: readonly (readonly [readonly number[], string])[] = [
  [[0x80, 0x2a, 0x5f, 0xd7], 'a Cineon'],
  [[0xd7, 0x5f, 0x2a, 0x80], 'a Cineon'],
  [letters('8BPS'), 'a Photoshop file'],
  [[0x00, 0x00, 0x00, 0x0c, 0x6a, 0x50, 0x20, 0x20], 'a JPEG 2000'],
  [letters('FOR4'), 'a Maya IFF'],
  [[0x01, 0xda], 'an SGI picture'],
  [letters('RMAN'), 'a RenderMan texture']
]

/**
 * `browsers`: decodes what a browser would show (PNG, JPEG and the like). Only the EXR that was opened last can be read.
 * Errors (Refusal): why it is not shown.
 */
export async function open(
  bytes: Uint8Array,
  path: string,
  browsers: (bytes: Uint8Array) => Opened | Promise<Opened>
): Promise<Opened> {
  if (isExr(bytes)) return openExr(bytes)
  if (isTiff(bytes)) return openTiff(bytes)
  if (isRadiance(bytes)) return openRadiance(bytes)
  if (isDpx(bytes)) return openDpx(bytes)
  const stranger = strangers.find(([first]) => startsWith(bytes, ...first))
  if (stranger) throw new Refusal(`This is ${stranger[1]}, which is not shown here: open it in your own viewer.`)
  if (/\.tga$/i.test(path)) return openTarga(bytes)
  if (fileKindOf(path) === 'picture') return browsers(bytes)
  const kind = /\.exr$/i.test(path)
    ? 'an EXR'
    : /\.tiff?$|\.tx$/i.test(path)
      ? 'a TIFF'
      : /\.dpx$/i.test(path)
        ? 'a DPX'
        : 'a picture that is read here'
  throw new Refusal(`This file is not ${kind}: its first bytes are not those of one.`)
}
