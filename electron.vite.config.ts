import { resolve } from 'node:path'
import { defineConfig } from 'electron-vite'

const here = import.meta.dirname

// "dependencies" of package.json stay outside the bundle; "devDependencies" (acorn) are bundled.
export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      rolldownOptions: {
        input: {
          cli: resolve(here, 'src-main/main-cli.ts'),
          author: resolve(here, 'src-main/core/graph/author.ts')
        }
      }
    }
  }
})
