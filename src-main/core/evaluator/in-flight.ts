/** Interpreters that are waited for. */

/** An interpreter that was asked and has not answered. */
export interface CallInFlight {
  name: string
  /** the program that was started */
  command: string
  /** monotonic, ms */
  since: number
  /** the last that it printed; null: nothing */
  lastLine(): string | null
}

/** Those that are waited for now. Apart from call.ts, so that looking needs nothing that asks. */
export const inFlight: Set<CallInFlight> = new Set()

/** For whoever shows that. */
export const callsInFlight = (): readonly CallInFlight[] => [...inFlight]
