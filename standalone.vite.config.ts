import { resolve } from 'node:path'
import { builtinModules } from 'node:module'
import { defineConfig } from 'vite'

const sources = new Map([
  // bundles carry it to machines without Backlot
  ['evaluate', 'src-main/evaluate.ts'],
  // what `import … from 'backlot'` reads in a graph; unpacked beside the app's archive (electron-builder.yml)
  ['author', 'src-main/core/graph/author.ts']
])

// Each is one file that needs nothing beside it: `vite build -c standalone.vite.config.ts --mode NAME`.
export default defineConfig(({ mode }) => {
  const source = sources.get(mode)
  if (source === undefined) throw new Error(`--mode ${mode}: there is ${[...sources.keys()].join(' and ')}`)
  return {
    build: {
      ssr: true,
      target: 'node22',
      outDir: 'out/main',
      emptyOutDir: false,
      minify: false,
      rolldownOptions: {
        input: { [mode]: resolve(import.meta.dirname, source) },
        external: builtinModules.flatMap((name) => [name, `node:${name}`]),
        output: { entryFileNames: '[name].js', format: 'es', codeSplitting: false }
      }
    },
    ssr: { noExternal: true }
  }
})
