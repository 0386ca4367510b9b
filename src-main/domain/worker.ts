/** What a render-farm worker has, as a studio writes it down (backlot.worker.yaml). */
import { z } from 'zod'
import { bytesOf, sizePattern } from './durations.ts'
import { isAbsolute, isWithin, plainFolder } from './paths.ts'

/** The file's name, looked for beside the graph. */
export const workerFile = 'backlot.worker.yaml'

/** Installed the same on every machine, or of the system's own making. */
export const systemFolders = [
  'bin',
  'boot',
  'dev',
  'etc',
  'lib',
  'lib32',
  'lib64',
  'libx32',
  'nix',
  'proc',
  'run',
  'sbin'
]
  .concat('sys', 'usr', 'var', 'System', 'Library')
  .map((name) => `/${name}`)

export const isWithinAny = (path: string, folders: readonly string[]): boolean =>
  folders.some((one) => isWithin(path, one))

const folder = z
  .string('a path that starts with /')
  .regex(/^\/[^\0]*$/, 'a path that starts with /')
  .transform(plainFolder)
const anyFolder = z
  .string('an absolute path')
  .refine((text) => isAbsolute(text) && !text.includes('\0'), 'an absolute path')
  .transform((text) => (text.startsWith('/') ? plainFolder(text) : text))
const folders = z.array(folder, 'a list of folders')
const size = z
  .union([z.string().regex(sizePattern, 'a size above 0'), z.number()], 'a size above 0')
  .refine((text) => bytesOf(text) !== 0, 'a size above 0')
  .transform((text) => bytesOf(text) ?? 0)

const text = (what: string) => z.string(what).regex(/^[^\0]+$/, what)
const count = z.int('a whole number above 0').positive('a whole number above 0')
const variable = z.string('a variable’s name').regex(/^[^=\0]+$/, 'a variable’s name')
const variableValue = z
  .union([z.string().regex(/^[^\0]*$/), z.number(), z.boolean()], 'a variable’s value')
  .transform(String)

/** What a farm's machines run. */
export const workerSystems = ['linux', 'macos', 'windows'] as const
export type WorkerSystem = (typeof workerSystems)[number]

/** What is said here of a key stands in the JSON Schema and in the template of `backlot worker init`, too. */
export const workerShape = z
  .strictObject({
    share: folders
      .nullable()
      .default(null)
      .describe(
        'folders that all machines see and tasks write to; without it: all but home, temporary and system folders'
      ),
    assets: folders.default([]).describe('published folders: read-only for workers'),
    system: folders
      .default([])
      .describe('installed on every worker, beside the system’s and the interpreters’ own folders'),
    env: z
      .record(variable, variableValue, 'variables with their values')
      .default({})
      .describe('variables that are set on the worker'),
    pass: z
      .array(variable, 'a list of variables')
      .default([])
      .describe('variables that are taken from the author’s environment'),
    hosts: z
      .array(text('a host'), 'a list of hosts')
      .default([])
      .describe('what may be reached over the network: host, or host:port'),
    memory: size.nullable().default(null).describe('what a worker has (powers of 1,000); without it: not limited'),
    cores: count.nullable().default(null).describe('how many cores a worker has'),
    workers: count.nullable().default(null).describe('how many workers the farm has, for the forecast'),
    user: text('a user’s name').default('render').describe('who tasks run as'),
    host: z
      .string('a host’s name')
      .regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,62}$/, 'a host’s name')
      .default('farm01')
      .describe('what the worker is called'),
    paths: z
      .record(anyFolder, anyFolder, 'folders with folders')
      .default({})
      .describe(
        'the author’s folder, and where a worker sees it, as /mnt/show: "P:\\\\show"; exports are written so, and results come back the other way'
      ),
    os: z
      .enum(workerSystems, 'linux, macos or windows')
      .default('linux')
      .describe('the system that workers run: linux, macos or windows')
  })
  .meta({
    title: 'Backlot worker profile',
    description: 'What a render-farm worker has: backlot.worker.yaml. Every key may be left out.'
  })
export type WorkerProfile = z.infer<typeof workerShape>
export const workerKeys = workerShape.keyof().options
export type WorkerKey = keyof WorkerProfile

/** Each key as it is written, for messages and the template. */
export const workerExamples: Readonly<Record<WorkerKey, string>> = {
  share: '[/mnt/show]',
  assets: '[/mnt/show/assets]',
  system: '[/opt/studio]',
  env: '{ OCIO: /mnt/show/config.ocio }',
  pass: '[REZ_USED_RESOLVE]',
  hosts: '[licence.studio]',
  memory: '16GB',
  cores: '8',
  workers: '20',
  user: 'render',
  host: 'farm01',
  paths: '{ /Volumes/show: /mnt/show }',
  os: 'linux'
}

/** A worker of which nothing is written down. */
export const anyWorker: WorkerProfile = workerShape.parse({})
