import { svelte } from '@sveltejs/vite-plugin-svelte'
import { svelteTesting } from '@testing-library/svelte/vite'
import { defineConfig } from 'vitest/config'

// .ci/run reads the counts from a file
const report = process.env.BACKLOT_TEST_RESULTS

export default defineConfig({
  // for the window's components; their tests say that they need a page: @vitest-environment jsdom
  plugins: [
    svelte({ configFile: new URL('svelte.config.js', import.meta.url).pathname }),
    svelteTesting({ autoCleanup: false })
  ],
  // nodes of fixtures import it by name, so that an evaluator has it without reading the sources
  resolve: { alias: { backlot: new URL('src-main/core/graph/author.ts', import.meta.url).pathname } },
  test: {
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**', 'node_modules/**'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // tests wait for processes: with three workers on two processors a fifth of the machine is idle
    maxWorkers: 4,
    globalSetup: ['test/helpers/required.ts']
  }
})
