/** How much memory a task may have: who says so, and which of them counts. */
import { bytesOf } from './durations.ts'
import { kindOf, textOf, type Raw } from './json.ts'
import { fail, ok, type Result } from './result.ts'

/** No program runs in less, bytes: `"memory": 16` means gigabytes, and ending every task at once would help nobody. */
export const leastMemory = 1_000_000

/** What a size is, for messages. */
export const sizeAdvice = 'a size such as "4 GB" or a number of bytes, at least 1 MB'

/** As schedulers have it (`16g`, `512M`), by 1,024. */
const shortSize = /^\s*(\d+(?:\.\d+)?)\s*([kmgt])\s*$/i

/** A size as a user writes it → bytes; null: it is none, or less than any program takes. */
export function memoryOf(text: string): number | null {
  const [, count, unit] = shortSize.exec(text) ?? []
  const bytes = bytesOf(count === undefined ? text : `${count} ${unit?.toUpperCase()}iB`)
  return bytes !== null && Number.isSafeInteger(bytes) && bytes >= leastMemory ? bytes : null
}

/** A node's `metadata.memory` → bytes; null: it says nothing. Errors (`input`): it is no size. */
export function wantedMemory(raw: Raw | undefined): Result<number | null> {
  if (raw === undefined || raw === 'null') return ok(null)
  const kind = kindOf(raw)
  const text = kind === 'string' ? textOf(raw) : kind === 'number' ? String(Number(raw)) : null
  const bytes = text === null ? null : memoryOf(text)
  if (bytes !== null) return ok(bytes)
  return fail('input', `metadata.memory is ${raw.slice(0, 60)}; it should be ${sizeAdvice}`)
}

/** What a task may have in memory. */
export interface MemoryLimit {
  bytes: number
  /** who says so, for people */
  from: string
}

export interface MemoryLimits {
  /** the node's own, bytes; null: it says nothing */
  node: number | null
  /** the run's */
  run: number | null
  interpreter: { name: string; memory: number | null } | undefined
}

/** The limit that counts: of the node, else of the run, else of the interpreter; null: none of them says one. */
export function memoryLimitOf({ node, run, interpreter }: MemoryLimits): MemoryLimit | null {
  if (node !== null) return { bytes: node, from: 'metadata.memory' }
  if (run !== null) return { bytes: run, from: '--memory' }
  const own = interpreter?.memory ?? null
  return own === null ? null : { bytes: own, from: `interpreter ${interpreter?.name ?? ''}` }
}
