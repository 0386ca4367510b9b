/** Readers that are compiled to WebAssembly (tools/openexr, tools/libdpx): they have memory, and nothing else of the machine. */

/** bytes of memory that one reader may grow to and still be used for the next file */
export const mostKept = 384 << 20

/** "no such file", of WASI's errors, to whatever is asked */
const badFile = () => 8

/** What each of the modules exports besides its own: a reader's memory and its keepers. */
export interface Instance {
  memory: WebAssembly.Memory
  _initialize: () => void
  malloc: (bytes: number) => number
  free: (address: number) => void
}

/**
 * Makes running instances of a module, which is compiled once, when it is wanted. `gaveUp`: the program ended itself. What a
 * module exports is its reader's to know: a test calls each of it.
 */
export function starter<T extends Instance>(base64: string, gaveUp: () => never): () => T {
  let compiled: WebAssembly.Module | null = null
  return () => {
    compiled ??= new WebAssembly.Module(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)))
    const names = WebAssembly.Module.imports(compiled).map(({ name }) => name)
    const wasi = Object.fromEntries(names.map((name) => [name, name === 'proc_exit' ? gaveUp : badFile]))
    const { exports } = new WebAssembly.Instance(compiled, { wasi_snapshot_preview1: wasi })
    const instance = exports as unknown as T
    instance._initialize()
    return instance
  }
}
