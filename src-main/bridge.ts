/** Types of what the preload puts into the page as `window.backlot`. */
import type { Output } from './api.ts'
import type { CallName, Input } from './contract.ts'
import type { RunEvent } from './domain/events.ts'
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
  /** The answers of `asText` come as JSON: the bridge copies values key by key, which takes as long as to make them. */
  call<N extends CallName>(name: N, input: Input<N>): Promise<Result<Output<N>> | string>
  desktop<N extends keyof DesktopInputs>(name: N, input: DesktopInputs[N]): Promise<Result<string | null>>
  /** the path of a file that was dropped on the window */
  pathOf(file: File): string
  onEvents(listener: (events: RunEvent[]) => void): () => void
  /** a graph to open, from the command line or the system */
  onOpen(listener: (path: string) => void): () => void
  onMenu(listener: (item: string) => void): () => void
}

/** Calls whose answers can be large, and are JSON. */
export const asText: ReadonlySet<CallName> = new Set<CallName>(['graph.view'])

declare global {
  interface Window {
    backlot: Bridge
  }
}
