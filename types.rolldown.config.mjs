// The types of what users' graphs import, in one file that names no other: out/types/author.d.ts.
import { defineConfig } from 'rolldown'
import { dts } from 'rolldown-plugin-dts'

/**
 * An interface and the constant of its name become one name again, as `lib.d.ts` has them (`Graph$1`, which the bundler
 * makes of the interface, is exported by no name): else a user's compiler cannot write the types of what it exports.
 */
const oneNameEach = {
  name: 'one-name-each',
  renderChunk: (/** @type {string} */ code) => {
    const twice = [...code.matchAll(/^type (\w+)(?:<.*>)? = \1\$1(?:<.*>)?;\n/gm)]
    return twice.reduce((text, [line, name]) => text.replace(line, '').replaceAll(`${name}$1`, `${name}`), code)
  }
}

export default defineConfig({
  input: { author: 'src-main/core/graph/author.ts' },
  output: { dir: 'out/types', format: 'es', cleanDir: true },
  plugins: [
    dts({
      emitDtsOnly: true,
      tsconfig: false,
      compilerOptions: { stripInternal: true, allowImportingTsExtensions: true }
    }),
    oneNameEach
  ]
})
