/** Which pixel of a picture is under the pointer. */

interface Box {
  left: number
  top: number
  width: number
  height: number
}

/** Of a picture that is drawn as large as fits into a box, in its middle; null beside it. */
export function pixelIn(
  box: Box,
  picture: { width: number; height: number },
  at: { x: number; y: number }
): { x: number; y: number } | null {
  const scale = Math.min(box.width / picture.width, box.height / picture.height)
  const left = box.left + (box.width - picture.width * scale) / 2
  const top = box.top + (box.height - picture.height * scale) / 2
  const [x, y] = [Math.floor((at.x - left) / scale), Math.floor((at.y - top) / scale)]
  return x >= 0 && y >= 0 && x < picture.width && y < picture.height ? { x, y } : null
}

export function pixelUnder(
  shown: HTMLCanvasElement | HTMLImageElement,
  { clientX: x, clientY: y }: PointerEvent
): { x: number; y: number } | null {
  const size =
    shown instanceof HTMLCanvasElement
      ? { width: shown.width, height: shown.height }
      : { width: shown.naturalWidth, height: shown.naturalHeight }
  return pixelIn(shown.getBoundingClientRect(), size, { x, y })
}
