// A contact sheet: all pictures small on one, each with its frame number.
import type { Image } from './image.ts'

const thumb = { width: 160, height: 90 }
const margin = 14
const caption = 16

export interface Labelled {
  image: Image
  label: string
}

export function contactSheet(pictures: readonly Labelled[], columns: number): Image {
  const [stepX, stepY] = [thumb.width + margin, thumb.height + margin + caption]
  const rows = Math.ceil(pictures.length / columns)
  const sheet = blank(columns * stepX + margin, rows * stepY + margin)
  pictures.forEach(({ image, label }, i) => {
    const left = margin + (i % columns) * stepX
    const top = margin + Math.floor(i / columns) * stepY
    paste(sheet, image, left, top)
    write(sheet, label, left, top + thumb.height + 5)
  })
  return sheet
}

const blank = (width: number, height: number): Image => ({
  width,
  height,
  data: new Uint8Array(width * height * 3).fill(22)
})

function paste(sheet: Image, image: Image, left: number, top: number): void {
  for (let y = 0; y < thumb.height; y++) {
    for (let x = 0; x < thumb.width; x++) {
      sheet.data.set(average(image, x, y), ((top + y) * sheet.width + left + x) * 3)
    }
  }
}

/** What stands under one pixel of the thumbnail, from 3 × 3 looks at it. */
function average({ width, height, data }: Image, x: number, y: number): number[] {
  const sum = [0, 0, 0]
  for (let look = 0; look < 9; look++) {
    const column = Math.floor(((x + ((look % 3) + 0.5) / 3) / thumb.width) * width)
    const row = Math.floor(((y + (Math.floor(look / 3) + 0.5) / 3) / thumb.height) * height)
    for (const c of [0, 1, 2]) sum[c] = (sum[c] ?? 0) + (data[(row * width + column) * 3 + c] ?? 0)
  }
  return sum.map((value) => value / 9)
}

// 3 × 5 dots a digit, row by row
const digits = [
  '111101101101111',
  '010110010010111',
  '111001111100111',
  '111001111001111',
  '101101111001001',
  '111100111001111',
  '111100111101111',
  '111001001001001',
  '111101111101111',
  '111101111001111'
]

function write(sheet: Image, text: string, left: number, top: number): void {
  for (const [i, digit] of [...text].entries()) {
    for (const [dot, on] of [...(digits[Number(digit)] ?? '')].entries()) {
      if (on === '0') continue
      const x = left + i * 8 + (dot % 3) * 2
      const y = top + Math.floor(dot / 3) * 2
      // two pixels wide, two high
      for (const row of [y, y + 1]) sheet.data.fill(150, (row * sheet.width + x) * 3, (row * sheet.width + x + 2) * 3)
    }
  }
}
