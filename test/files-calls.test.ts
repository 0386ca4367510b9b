/** The calls about files that outputs name, on real files. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { filesReturned } from '../src-main/core/job/fingerprint.ts'
import { scratch, testApp } from './helpers/app.ts'

const images = join(import.meta.dirname, 'fixtures/images')

test('files are told with size and time; what is none is null', async () => {
  const { ask } = testApp()
  const folder = scratch()
  writeFileSync(join(folder, 'a.exr'), 'abc')
  const [file, gone, itself] = await ask('files.check', {
    paths: ['a.exr', 'b.exr', ''].map((name) => join(folder, name))
  })
  expect(file).toEqual({ size: 3, modified: expect.any(Number) as number })
  expect([gone, itself]).toEqual([null, null])
})

test('only pictures are read', async () => {
  const { app, ask } = testApp()
  expect((await ask('files.read', { path: join(images, 'rgba.exr') })).length).toBe(913)
  expect(await app.call('files.read', { path: '/etc/hostname' })).toMatchObject({ ok: false })
  expect(await app.call('files.read', { path: join(images, 'nowhere.tif') })).toMatchObject({ ok: false })
})

test('frames of a pattern are those that the disk has, in order; a pattern in the folder is not looked for', async () => {
  const { ask } = testApp()
  const folder = join(scratch(), 'seq')
  mkdirSync(folder)
  for (const name of ['a.0010.exr', 'a.0002.exr', 'a.3.exr', 'b.0004.exr']) writeFileSync(join(folder, name), '')
  expect(await ask('files.frames', { path: join(folder, 'a.%04d.exr') })).toEqual(['2', '10'])
  expect(await ask('files.frames', { path: join(folder, 'nowhere/a.%04d.exr') })).toEqual([])
  expect(await ask('files.frames', { path: `${folder}/%04d/a.%04d.exr` })).toEqual([])
})

test('a movie says how it is coded; what is none has no codec', async () => {
  const { ask } = testApp()
  const folder = scratch()
  const codecs = async (name: string) => (await ask('files.movie', { path: join(images, name) })).codec
  expect(await codecs('prores.mov')).toBe('ProRes 422 HQ')
  expect([await codecs('clip.webm'), await codecs('rgba.exr'), await codecs('nowhere.mov')]).toEqual([null, null, null])
  copyFileSync(join(images, 'prores.mov'), join(folder, 'cut.mov'))
  writeFileSync(join(folder, 'boxes.mov'), Buffer.alloc(4096))
  expect((await ask('files.movie', { path: join(folder, 'boxes.mov') })).codec).toBeNull()
})

test('of tiles and views those that are there are what was written; where none is, the first is missing', () => {
  const there = new Set(['/t/w.1001.exr', '/t/w.1012.exr', '/t/c_left.02.exr'])
  const isThere = (path: string) => there.has(path)
  expect(filesReturned('"/t/w.<UDIM>.exr"', { frames: null, cwd: '/show' }, isThere)).toEqual([
    '/t/w.1001.exr',
    '/t/w.1012.exr'
  ])
  expect(filesReturned('["/t/x.<UVTILE>.exr", "/t/p.exr"]', { frames: null, cwd: '/show' }, isThere)).toEqual([
    '/t/x.u1_v1.exr',
    '/t/p.exr'
  ])
  // the view is there, so its other frame is missing
  expect(filesReturned('"/t/c_%V.%02d.exr"', { frames: ['2', '3'], cwd: '/show' }, isThere)).toEqual([
    '/t/c_left.02.exr',
    '/t/c_left.03.exr'
  ])
})
