import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Layer } from '../../src-main/core/rehearse/layers.ts'
import { followed } from '../../src-main/core/rehearse/links.ts'
import { scratch } from '../helpers/app.ts'
import { look, missing } from '../helpers/evidence.ts'

const layerOf = (changes: Layer['changes']): Layer => ({ id: 1, changes, roots: new Set([0]) })

test('what is missing is named as it is where links on its way lead', () => {
  const show = join(scratch(), 'show')
  mkdirSync(join(show, 'assets'), { recursive: true })
  symlinkSync('../out/current', join(show, 'assets/latest'))
  symlinkSync(join(show, 'out'), join(show, 'work'))
  const to = { kind: 'link', real: '/none', to: 'v2' } as const
  const layer = layerOf(new Map([[join(show, 'out/current'), to]]))
  const of = (path: string) => followed([missing(path)], [layer], () => true)
  const v2 = join(show, 'out/v2')
  for (const name of ['assets/latest', 'work/current', 'out/current'])
    expect(of(join(show, name)), name).toEqual([missing(v2, { as: join(show, name) })])
  expect(of(join(show, 'work/x/y'))).toEqual([missing(join(show, 'out/x/y'), { as: join(show, 'work/x/y') })])
  expect(of(v2)).toEqual([missing(v2)])
})

test('what was found, or lies elsewhere, stays as it is; links in a ring have an end', () => {
  const folder = scratch()
  symlinkSync('b', join(folder, 'a'))
  symlinkSync('a', join(folder, 'b'))
  const all = [look(join(folder, 'a')), missing(join(folder, 'a'))]
  expect(followed(all, [], () => false)).toEqual(all)
  expect(followed(all, [], () => true)[0]).toEqual(all[0])
})
