import { resolve } from 'node:path'
import { defineConfig } from 'electron-vite'

const here = import.meta.dirname

// Only better-sqlite3, which is native, stays outside: bundled and shaken, the rest loads in a third of the time.
export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      externalizeDeps: { exclude: ['commander', 'drizzle-orm', 'zod'] },
      rolldownOptions: {
        input: {
          cli: resolve(here, 'src-main/main-cli.ts'),
          author: resolve(here, 'src-main/core/graph/author.ts')
        }
      }
    }
  }
})
