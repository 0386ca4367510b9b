/** Exit codes as people look them up. */

/** What Windows ends programs with (ntstatus.h), in words. */
const ofWindows: ReadonlyMap<number, string> = new Map([
  [0x80000003, 'it reached a breakpoint'],
  [0xc0000005, 'access violation'],
  [0xc0000017, 'not enough memory'],
  [0xc000001d, 'illegal instruction'],
  [0xc0000094, 'division by zero'],
  [0xc00000fd, 'stack overflow'],
  [0xc000007b, 'it or a DLL of it is for another kind of processor'],
  [0xc0000135, 'a DLL of it was not found'],
  [0xc0000139, 'a DLL of it is of another version'],
  [0xc000013a, 'ended by Ctrl-C'],
  [0xc0000142, 'a DLL of it did not start'],
  [0xc0000374, 'heap corruption'],
  [0xc0000409, 'it ended itself: abort or a stack buffer overrun'],
  [0xe06d7363, 'a C++ exception that nothing caught']
])

/** Above it a code of Windows has the highest bit: a status of the system, or a program's own negative number. */
const highest = 0x7fffffff
const lowestNegative = 0xffff0000

/** `3`, `0xC0000005 (access violation)`, `-1`: Windows keeps codes as 32 bits without a sign. */
export function exitCodeText(code: number): string {
  const bits = code < 0 ? code + 2 ** 32 : code
  if (bits <= highest) return String(code)
  if (bits >= lowestNegative) return String(bits - 2 ** 32)
  const words = ofWindows.get(bits)
  return `0x${bits.toString(16).toUpperCase()}${words === undefined ? '' : ` (${words})`}`
}
