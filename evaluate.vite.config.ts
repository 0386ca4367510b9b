import { resolve } from 'node:path'
import { builtinModules } from 'node:module'
import { defineConfig } from 'vite'

// The node evaluator is one file that needs nothing beside it: bundles carry it to machines without Backlot.
export default defineConfig({
  build: {
    ssr: true,
    target: 'node22',
    outDir: 'out/main',
    emptyOutDir: false,
    minify: false,
    rolldownOptions: {
      input: { evaluate: resolve(import.meta.dirname, 'src-main/evaluate.ts') },
      external: builtinModules.flatMap((name) => [name, `node:${name}`]),
      output: { entryFileNames: '[name].js', format: 'es' }
    }
  },
  ssr: { noExternal: true }
})
