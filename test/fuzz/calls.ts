/** Every call of the contract with payloads that nearly fit, or not at all. */
import { join } from 'node:path'
import fc from 'fast-check'
import { contract, type CallName } from '../../src-main/contract.ts'
import { check } from './promises.ts'
import { anyValue, nearly, type Known } from './shapes.ts'
import type { World } from './targets.ts'

/** Most start an interpreter to ask it, so they get fewer cases; they come last, since deleted jobs leave little to do. */
const slow: readonly CallName[] = [
  'doctor',
  'interpreter.check',
  'job.create',
  'job.rerun',
  'graph.preflight',
  'graph.guide',
  'job.delete'
]

const calls = Object.keys(contract) as CallName[]

function known({ folder, bundle }: World): Known {
  const paths = [
    join(folder, 'graph.json'),
    bundle,
    folder,
    'no/such/file',
    '',
    '\u0000',
    '/dev/null',
    '__proto__',
    join(folder, 'x.exr')
  ]
  return {
    path: paths,
    paths,
    cwd: [folder, 'no/such/folder', '\u0000', ''],
    out: [join(folder, 'out'), join(folder, 'out', 'job.json'), '/dev/null/x', '\u0000'],
    // what an interpreter's argv starts with is run
    argv: ['true', 'false', 'no-such-program', '', '\u0000', '{evaluator}', '{task}', '{__proto__}'],
    wrapper: ['env', '--', ''],
    name: ['plain', 'python', 'node', '__proto__', 'constructor', 'x'.repeat(64), '\u0000'],
    text: ['1', '1/Step', 'Step', 'Step-0', '__proto__', '999999999999', '\u0000']
  }
}

const property = (world: World, wanted: readonly CallName[]) => {
  const strings = known(world)
  const one = fc
    .constantFrom(...wanted)
    .chain((name) =>
      fc.tuple(
        fc.constant(name),
        fc.oneof({ weight: 9, arbitrary: nearly(contract[name](), strings) }, { weight: 1, arbitrary: anyValue })
      )
    )
  return fc.asyncProperty(one, async ([name, input]) =>
    check(await world.app.call(name, input as never))
  ) as fc.IAsyncProperty<unknown>
}

export const callTarget = (world: World) =>
  property(
    world,
    calls.filter((name) => !slow.includes(name))
  )
export const slowCallTarget = (world: World) => property(world, slow)
