import { defineConfig } from 'vitest/config'

// what Stryker runs against each mutant: the pure tests, which start no process. Decoders of pictures are held against
// their libraries' pixels, whose files it does not copy. The guide's own converter is checked
// against the real Python, a process a test, so it is not among what is mutated.
export default defineConfig({
  resolve: { alias: { backlot: new URL('src-main/core/graph/author.ts', import.meta.url).pathname } },
  test: {
    include: [
      'test/{domain,convert}/*.test.ts',
      'test/renderer/pictures/difference.test.ts',
      'test/graph/order.test.ts',
      'test/job/plan.test.ts',
      'test/attempt/end.test.ts'
    ],
    exclude: ['test/convert/guide.test.ts', 'test/convert/explicit.test.ts'],
    testTimeout: 60_000,
    maxWorkers: 1
  }
})
