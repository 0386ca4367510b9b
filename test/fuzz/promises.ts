/** What holds for every input, however broken: a value or a typed error, and the language's own objects as they were. */
import { errorKinds, type Result } from '../../src-main/domain/result.ts'

const own = [Object.prototype, Array.prototype, Function.prototype, String.prototype, Map.prototype]
const keysOf = () => own.map((object) => Reflect.ownKeys(object).map(String).join()).join('\n')
const before = keysOf()

/** How many inputs were good enough to give a value: a fuzzer whose every input is refused at the door finds nothing. */
export const seen = { accepted: 0 }

/** Throws where it does not hold. */
export function check(result: unknown): void {
  const { ok, error } = result as Extract<Result<unknown>, { ok: false }>
  if (typeof ok !== 'boolean') throw new Error(`no Result: ${JSON.stringify(result)}`)
  if (ok) seen.accepted++
  if (!ok && !(errorKinds.includes(error.kind) && typeof error.message === 'string' && error.message !== '')) {
    throw new Error(`no AppError: ${JSON.stringify(error)}`)
  }
  if (keysOf() !== before || ({} as Record<string, unknown>).polluted !== undefined)
    throw new Error('a prototype was changed')
}
