import { afterEach, expect, test, vi } from 'vitest'
import { mkdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { ownFolder } from '../../src-main/core/process/own-folder.ts'
import { scratch } from '../helpers/app.ts'

afterEach(() => vi.unstubAllEnvs())

test.skipIf(process.platform === 'win32')(
  'a folder for temporary files that is not there is named, with what to do',
  () => {
    const gone = join(scratch(), 'gone')
    vi.stubEnv('TMPDIR', gone)
    expect(() => ownFolder('call')).toThrow(
      `the folder for temporary files, ${gone}, cannot be used (ENOENT: no such file or directory, scandir '${gone}'); name another with TMPDIR`
    )
  }
)

test.skipIf(process.platform === 'win32')(
  'in a long folder for temporary files sockets have room all the same',
  async () => {
    const long = join(scratch(), 'scratch'.repeat(20))
    mkdirSync(long)
    vi.stubEnv('TMPDIR', long)
    const folder = ownFolder('warm')
    const server = createServer()
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(join(folder, '123456'), resolve)
    })
    server.close()
    rmSync(folder, { recursive: true })
  }
)
