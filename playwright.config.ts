import { defineConfig } from '@playwright/test'

// .ci/run reads the counts from a file
const report = process.env.BACKLOT_E2E_RESULTS

export default defineConfig({
  testDir: 'test/e2e',
  workers: 2,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: report ? [['list'], ['json', { outputFile: report }]] : 'list'
})
