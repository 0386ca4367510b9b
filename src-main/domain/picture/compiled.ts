/** Readers that are compiled to WebAssembly (tools/openexr, tools/libdpx): they have memory, and nothing else of the machine. */

/** bytes of memory that one reader may grow to and still be used for the next file */
export const mostKept = 384 << 20

/** "no such file", of WASI's errors, to whatever is asked */
const badFile = () => 8

/** Makes instances of a module, which is compiled once, when it is wanted. `gaveUp`: the program ended itself. */
export function starter(base64: string, gaveUp: () => never): () => Readonly<Record<string, unknown>> {
  let compiled: WebAssembly.Module | null = null
  return () => {
    compiled ??= new WebAssembly.Module(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)))
    const names = WebAssembly.Module.imports(compiled).map(({ name }) => name)
    const wasi = Object.fromEntries(names.map((name) => [name, name === 'proc_exit' ? gaveUp : badFile]))
    return new WebAssembly.Instance(compiled, { wasi_snapshot_preview1: wasi }).exports
  }
}
