/** Types of what the preload puts into the page as `window.backlot`. */
import type { Output } from './api.ts'
import type { CallName, Input } from './contract.ts'
import type { Result } from './domain/result.ts'

export interface DesktopInputs {
  pickGraph: Record<string, never>
  pickFolder: { title: string }
  reveal: { path: string }
  open: { path: string }
  edit: { path: string; line: number | null }
  copy: { text: string }
}

export interface Bridge {
  platform: string
  /** The answers of `asText` come as JSON. */
  call<N extends CallName>(name: N, input: Input<N>): Promise<Result<Output<N>> | string>
  desktop<N extends keyof DesktopInputs>(name: N, input: DesktopInputs[N]): Promise<Result<string | null>>
  /** the path of a file that was dropped on the window */
  pathOf(file: File): string
  /** `bundle`: RunEvent[] as JSON */
  onEvents(listener: (bundle: string) => void): () => void
  /** a graph to open, from the command line or the system */
  onOpen(listener: (path: string) => void): () => void
  onMenu(listener: (item: string) => void): () => void
}

/** Calls whose answers are large or come often. The bridge copies values key by key, which takes longer than to read JSON. */
export const asText: ReadonlySet<CallName> = new Set<CallName>([
  ...(['graph.view', 'job.list', 'job.attempts'] as const),
  ...(['task.rows', 'task.states', 'task.tails'] as const)
])

declare global {
  interface Window {
    backlot: Bridge
  }
}
