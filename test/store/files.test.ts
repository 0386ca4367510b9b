import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { removed, removedFolder, removeFolderSoon, removeSoon } from '../../src-main/core/store/files.ts'
import { scratch } from '../helpers/app.ts'

test('a folder that stands where a file of ours is to go is never removed', async () => {
  const folder = join(scratch(), 'task.json')
  mkdirSync(folder)
  writeFileSync(join(folder, 'theirs'), '')
  expect(() => removeSoon(folder)).toThrow()
  await expect(removed(folder)).rejects.toThrow()
  expect(existsSync(join(folder, 'theirs'))).toBe(true)
})

test('files and folders of ours go, and what is not there is fine', async () => {
  const own = scratch()
  const file = join(own, 'file')
  writeFileSync(file, '')
  expect([await removed(file), await removed(file), existsSync(file)]).toEqual([true, true, false])
  const folder = join(own, 'folder')
  mkdirSync(join(folder, 'inner'), { recursive: true })
  expect([await removedFolder(folder), existsSync(folder)]).toEqual([true, false])
  mkdirSync(join(folder, 'inner'), { recursive: true })
  removeFolderSoon(folder)
  expect(existsSync(folder)).toBe(false)
})
