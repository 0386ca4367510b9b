/** Searches beside the page's own thread: an expression may take for ever. */
import { marksIn, type Marks, type Wish } from './search.ts'

self.onmessage = ({ data }: MessageEvent<Wish>) => {
  const marks: Marks = marksIn(data)
  self.postMessage(marks, { transfer: [marks.buffer] })
}
