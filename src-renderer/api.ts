/** The window's door to the core: the calls of the command line, what only a desktop can do, and events. */
import type { Output } from '../src-main/api.ts'
import type { DesktopInputs } from '../src-main/bridge.ts'
import type { CallName, Input } from '../src-main/contract.ts'
import type { RunEvent } from '../src-main/domain/events.ts'
import type { AppError, Result } from '../src-main/domain/result.ts'
import { spokenSentence } from './parts/words.ts'
import { toasts } from './state/toasts.svelte.ts'

async function answerOf<N extends CallName>(name: N, input: Input<N>): Promise<Result<Output<N>>> {
  const answer = await window.backlot.call(name, input)
  return typeof answer === 'string' ? (JSON.parse(answer) as Result<Output<N>>) : answer
}

/** Calls the core; a refusal is shown, then comes back as null. */
export async function ask<N extends CallName>(name: N, input: Input<N>): Promise<Output<N> | null> {
  const result = await answerOf(name, input)
  if (result.ok) return result.value
  toasts.error(spokenSentence(result.error.message))
  return null
}

/** Calls the core; the caller shows a refusal itself. */
export async function tell<N extends CallName>(
  name: N,
  input: Input<N>
): Promise<{ value: Output<N> } | { error: AppError }> {
  const result = await answerOf(name, input)
  return result.ok ? { value: result.value } : { error: result.error }
}

/** What only the desktop can do; a refusal is shown. */
export async function desktop<N extends keyof DesktopInputs>(name: N, input: DesktopInputs[N]): Promise<string | null> {
  const result = await window.backlot.desktop(name, input)
  if (result.ok) return result.value
  toasts.error(spokenSentence(result.error.message))
  return null
}

type Listener = (events: readonly RunEvent[]) => void
const listeners = new Set<Listener>()
let deafen = (): void => undefined

/**
 * Hears every event of the core, in bundles. The one way in: each state class that events change takes them here by
 * itself, and none changes them. Returns how to stop.
 */
export function hear(listener: Listener): () => void {
  // one for all: each listener of the bridge gets a copy of its own
  if (listeners.size === 0) deafen = window.backlot.onEvents(handOn)
  listeners.add(listener)
  return () => {
    if (listeners.delete(listener) && listeners.size === 0) deafen()
  }
}

function handOn(bundle: string): void {
  const events = JSON.parse(bundle) as readonly RunEvent[]
  for (const listener of [...listeners]) listener(events)
}
