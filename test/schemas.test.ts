import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { workerShape } from '../src-main/domain/worker.ts'

/** What is shipped in schemas/ and made from our own shapes; `io`: as it is written by people, or as it comes out. */
const shipped: [file: string, shape: z.ZodType, io: 'input' | 'output'][] = [
  ['backlot.worker.schema.json', workerShape, 'input']
]

test.each(shipped)(
  'schemas/%s is what the shape says; make it anew with: vitest run -u test/schemas.test.ts',
  async (file, shape, io) => {
    const path = join(import.meta.dirname, '../schemas', file)
    const text = JSON.stringify(z.toJSONSchema(shape, { io }))
    const style = await resolveConfig(path)
    await expect(await format(text, { ...style, filepath: path })).toMatchFileSnapshot(path)
  }
)
