/** The core, as the window asks it: the same calls as the command line. */
import type { Output } from '../src-main/api.ts'
import type { DesktopInputs } from '../src-main/bridge.ts'
import type { CallName, Input } from '../src-main/contract.ts'
import type { AppError } from '../src-main/domain/result.ts'
import { toasts } from './state/toasts.svelte.ts'

/** Calls the core; a refusal comes back as null after it was shown. */
export async function ask<N extends CallName>(name: N, input: Input<N>): Promise<Output<N> | null> {
  const result = await window.backlot.call(name, input)
  if (result.ok) return result.value
  toasts.error(result.error.message)
  return null
}

/** Calls the core where the caller shows the refusal itself. */
export async function tell<N extends CallName>(
  name: N,
  input: Input<N>
): Promise<{ value: Output<N> } | { error: AppError }> {
  const result = await window.backlot.call(name, input)
  return result.ok ? { value: result.value } : { error: result.error }
}

/** What only the desktop can do; a refusal is shown. */
export async function desktop<N extends keyof DesktopInputs>(name: N, input: DesktopInputs[N]): Promise<string | null> {
  const result = await window.backlot.desktop(name, input)
  if (result.ok) return result.value
  toasts.error(result.error.message)
  return null
}
