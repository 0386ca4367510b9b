import { resolve } from 'node:path'
import { builtinModules } from 'node:module'
import { defineConfig } from 'vite'

const sources: Readonly<Record<string, string>> = {
  evaluate: 'src-main/evaluate.ts',
  author: 'src-main/core/graph/author.ts'
}

/**
 * `--mode evaluate` and `--mode author`: files that need nothing beside them. Bundles carry the node evaluator to machines
 * without Backlot, and users' graphs import the authoring API from wherever the package lies.
 */
export default defineConfig(({ mode }) => ({
  build: {
    ssr: true,
    target: 'node22',
    outDir: 'out/main',
    emptyOutDir: false,
    minify: false,
    rolldownOptions: {
      input: { [mode]: resolve(import.meta.dirname, sources[mode] ?? '') },
      external: builtinModules.flatMap((name) => [name, `node:${name}`]),
      output: { entryFileNames: '[name].js', format: 'es' }
    }
  },
  ssr: { noExternal: true }
}))
