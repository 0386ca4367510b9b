/** Pictures that the browser decodes (PNG, JPEG, WebP, AVIF, GIF): for their values; they are shown by the browser itself. */
import { mostPixels, Refusal, type Opened } from '../../../src-main/domain/picture/opened.ts'
import { planesOf, whole } from '../../../src-main/domain/picture/whole.ts'

/** Eight bits a channel, as they are shown, whatever the file has. */
export async function openBrowsers(bytes: Uint8Array): Promise<Opened> {
  const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)]), {
    premultiplyAlpha: 'none',
    colorSpaceConversion: 'none'
  }).catch((cause: unknown) => {
    throw new Refusal('This picture cannot be decoded.', { cause })
  })
  const { width, height } = bitmap
  if (width * height > mostPixels) throw new Refusal('This picture has more pixels than are looked at here.')
  const context = new OffscreenCanvas(width, height).getContext('2d')
  if (!context) throw new Refusal('This picture cannot be read.')
  context.drawImage(bitmap, 0, 0)
  const { data } = context.getImageData(0, 0, width, height)
  const area = { left: 0, top: 0, width, height }
  const planes = planesOf({ width, height, data }, ['R', 'G', 'B', 'A'], 'uint 8')
  const pixels = { data: area, display: area, planes, white: 255, isEncoded: true, fault: null }
  return whole('8 bit, as shown', ['R', 'G', 'B'], pixels)
}
