import { afterEach, expect, test, vi } from 'vitest'
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
