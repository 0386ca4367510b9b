import { resolve } from 'node:path'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'electron-vite'
import { noteLicenses } from './licenses.vite.ts'

const here = import.meta.dirname

// Only better-sqlite3, which is native, stays outside (the one run-time dependency): bundled and
// tree-shaken, the rest loads in a third of the time.
export default defineConfig({
  main: {
    plugins: [noteLicenses()],
    // of fast-png: its build for Node declares a `require` beside electron-vite's own, which no module may have twice
    resolve: { alias: { fflate: 'fflate/browser' } },
    build: {
      outDir: 'out/main',
      rolldownOptions: {
        input: {
          main: resolve(here, 'src-main/main.ts'),
          app: resolve(here, 'src-main/app.ts')
        }
      }
    }
  },
  preload: {
    plugins: [noteLicenses()],
    build: {
      outDir: 'out/preload',
      // a sandboxed preload gets no Node resolution: all but electron is bundled
      externalizeDeps: false,
      rolldownOptions: {
        input: { preload: resolve(here, 'src-main/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' }
      }
    }
  },
  renderer: {
    root: resolve(here, 'src-renderer'),
    plugins: [svelte({ configFile: resolve(here, 'svelte.config.js') }), noteLicenses()],
    worker: { plugins: () => [noteLicenses()] },
    build: {
      outDir: 'out/renderer',
      rolldownOptions: { input: resolve(here, 'src-renderer/index.html') }
    }
  }
})
