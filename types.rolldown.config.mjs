// The types of what users' graphs import, in one file that names no other: out/types/author.d.ts.
import { defineConfig } from 'rolldown'
import { dts } from 'rolldown-plugin-dts'

export default defineConfig({
  input: { author: 'src-main/core/graph/author.ts' },
  output: { dir: 'out/types', format: 'es', cleanDir: true },
  plugins: [
    dts({
      emitDtsOnly: true,
      tsconfig: false,
      compilerOptions: { stripInternal: true, allowImportingTsExtensions: true }
    })
  ]
})
