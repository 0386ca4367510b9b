/** Files that can be looked at, and what is fetched before it is looked at. */
import type { FileKind } from '../../src-main/domain/picture-kind.ts'
import type { FrameState } from './frame-states.ts'
import { decoder, type Source } from './decode/decoder.ts'
import type { View } from './decode/messages.ts'

export interface Picture extends Source {
  kind: FileKind
  frame: string | null
  fault: 'missing' | 'empty' | null
  /** of its frame, for the scrubber */
  state: FrameState
}

/** How a picture is looked at first. */
export const firstView: View = { choice: 0, level: 0, isWhole: false, stops: 0, isFitted: null }

/** frames ahead: a browser's pictures are cheap, decoded ones fill the decoder's memory */
const reach = { decoded: 3, other: 24 } as const
const mostKept = 400

/** Pictures that come next, so that playing shows no gaps. */
export class Ahead {
  private readonly kept = new Map<string, HTMLImageElement | null>()

  fetch(pictures: readonly Picture[], at: number, view: View): void {
    const far = pictures[at]?.kind === 'decoded' ? reach.decoded : reach.other
    for (let i = -1; i <= Math.min(far, pictures.length - 1); i++) {
      const next = pictures[(at + i + pictures.length) % pictures.length]
      const key = next && `${next.key} ${view.choice} ${view.level}`
      if (next && key !== undefined && !next.fault && !this.kept.has(key)) this.kept.set(key, begin(next, view))
    }
    for (const key of this.kept.keys()) {
      if (this.kept.size <= mostKept) break
      this.kept.delete(key)
    }
  }
}

function begin(picture: Picture, view: View): HTMLImageElement | null {
  if (picture.kind === 'decoded') decoder.prepare(picture, view)
  if (picture.kind !== 'picture') return null
  const image = new Image()
  image.src = picture.url
  return image
}
