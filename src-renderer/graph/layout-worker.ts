/** Lays out beside the page's own thread: large graphs take seconds. */
import { arrange, type Shape } from './arrange.ts'

self.onmessage = ({ data: { id, shape } }: MessageEvent<{ id: number; shape: Shape }>) => {
  self.postMessage({ id, arranged: arrange(shape) })
}
