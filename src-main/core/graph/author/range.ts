import { refuseAuthor } from './refusal.ts'

/** Python's range: from `start` up to and without `stop`; `range(3)` is [0, 1, 2]. */
export function range(start: number, stop?: number, step = 1): number[] {
  const [first, end] = stop === undefined ? [0, start] : [start, stop]
  if (![first, end, step].every(Number.isInteger) || step === 0) {
    return refuseAuthor(`range(${first}, ${end}, ${step}) takes integers and a step other than 0`)
  }
  return Array.from({ length: Math.max(0, Math.ceil((end - first) / step)) }, (_, i) => first + i * step)
}
