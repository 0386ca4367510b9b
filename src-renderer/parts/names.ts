/** How a name is cut where it does not fit. */

/** A name's version, at its end: `_v044`, `.0012`, `-v3`. */
const version = /[._-]v?\d+$/i

/** A name in two: what may be cut, and the end that may not, which is its version, else its last six letters. */
export function nameParts(name: string): { start: string; end: string } {
  const found = version.exec(name)
  const at = found && found.index > 0 && name.length - found.index <= 12 ? found.index : Math.max(0, name.length - 6)
  return { start: name.slice(0, at), end: name.slice(at) }
}
