/** Files that can be looked at, and what is fetched before it is looked at. */
import { decoder } from './exr/decoder.ts'

export interface Picture {
  path: string
  url: string
  exr: boolean
  /** when it was written */
  version: number
  frame: string | null
  fault: 'missing' | 'empty' | null
}

/** frames ahead: a browser's pictures are cheap, EXR pictures fill the decoder's memory */
const reach = { exr: 3, other: 24 } as const
const mostKept = 400

/** Pictures that come next, so that playing shows no gaps. */
export class Ahead {
  private readonly kept = new Map<string, HTMLImageElement | null>()

  fetch(pictures: readonly Picture[], at: number): void {
    const far = pictures[at]?.exr ? reach.exr : reach.other
    for (let i = -1; i <= Math.min(far, pictures.length - 1); i++) {
      const next = pictures[(at + i + pictures.length) % pictures.length]
      if (next && !next.fault && !this.kept.has(next.url)) this.kept.set(next.url, this.begin(next))
    }
    for (const url of this.kept.keys()) {
      if (this.kept.size <= mostKept) break
      this.kept.delete(url)
    }
  }

  private begin({ exr, path, version, url }: Picture): HTMLImageElement | null {
    if (exr) {
      void decoder.show({ path, version, stops: 0, width: 16, urgency: 'ahead' })
      return null
    }
    const image = new Image()
    image.src = url
    return image
  }
}
