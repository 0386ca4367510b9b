/** The metadata that Backlot reads (domain/metadata.ts checks it at run time, of graphs from everywhere). */
import type { MergeRule } from '../model.ts'

/**
 * What a node's metadata tells Backlot. A key that is not here is an error to TypeScript, since it is more often a slip
 * than meant; keys of your own are added once: `declare module 'backlot' { interface Metadata { shot?: string } }`.
 */
export interface Metadata {
  /** How to launch the node: `python`, `maya`, `node`, or another of `backlot interpreter list`. */
  interpreter?: string | null | undefined
  /** A task for so many of the node's `frames`; at least 1. */
  batch_size?: number | null | undefined
  /** `frame`: each batch waits for those batches upstream alone that share its frames. */
  dependency?: 'node' | 'frame' | null | undefined
  /** How what batches give becomes one value: of all outputs, or per output. */
  merge?: MergeRule | { readonly [output: string]: MergeRule } | null | undefined
  /** A whole number; higher starts first. */
  priority?: number | null | undefined
  /** What a task may have in memory: bytes, or a size such as `4 GB`. */
  memory?: number | string | null | undefined
  /** Whether a warning in its log fails a task. */
  strict?: boolean | null | undefined
}
