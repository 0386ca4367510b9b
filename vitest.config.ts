import { defineConfig } from 'vitest/config'

// .ci/run reads the counts from a file
const report = process.env.BACKLOT_TEST_RESULTS

export default defineConfig({
  test: {
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**', 'node_modules/**'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    globalSetup: ['test/helpers/required.ts']
  }
})
