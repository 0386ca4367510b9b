/** A stored value as people read it: integers as they are, floats with all the digits that tell them apart. */

/** digits that name every value of a type: a half has 11 bits of mantissa, a float 24 */
const digits: Readonly<Record<string, number>> = { half: 5, float: 9 }

export function valueText(value: number, type: string): string {
  if (!Number.isFinite(value) || Number.isInteger(value)) return Object.is(value, -0) ? '-0' : String(value)
  const most = digits[type.split(' ')[0] ?? ''] ?? digits.float
  const short = Number(value.toPrecision(most))
  return String(short)
}
