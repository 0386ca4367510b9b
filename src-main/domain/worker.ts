/** What a render-farm worker has, as a studio writes it down (backlot.worker.yaml). */
import { z } from 'zod'

/** The file's name, looked for beside the graph. */
export const workerFile = 'backlot.worker.yaml'

const folder = z.string().regex(/^\/[^\0]*$/, 'a path that starts with /')
const sizeUnits: Readonly<Record<string, number>> = { '': 1, B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 }

/** `512MB`, `1.5 GB` (powers of 1,000) or a number of bytes → bytes; null: it is no size. */
export function bytesOf(text: string | number): number | null {
  const [, digits, unit] = /^\s*(\d+(?:\.\d+)?)\s*([KMGT]?B|)\s*$/i.exec(String(text)) ?? []
  const factor = unit === undefined ? undefined : sizeUnits[unit.toUpperCase()]
  return digits === undefined || factor === undefined ? null : Math.round(Number(digits) * factor)
}

const size = z
  .union([z.string(), z.number()])
  .refine((text) => bytesOf(text) !== null, 'a size such as 512MB or 16GB')
  .transform((text) => bytesOf(text) ?? 0)

export const workerShape = z.strictObject({
  /** folders that all machines see and tasks write to; null: all but home, temporary and system folders */
  share: z.array(folder).nullable().default(null),
  /** published folders: read-only for workers */
  assets: z.array(folder).default([]),
  /** installed on every worker, beside the system's and the interpreters' own folders */
  system: z.array(folder).default([]),
  /** set on the worker */
  env: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).default({}),
  /** taken from the author's environment */
  pass: z.array(z.string()).default([]),
  /** what may be reached over the network */
  hosts: z.array(z.string()).default([]),
  /** bytes; null: not limited */
  memory: size.nullable().default(null),
  cores: z.number().int().positive().nullable().default(null),
  /** how many workers the farm has, for the forecast */
  workers: z.number().int().positive().nullable().default(null),
  user: z.string().min(1).default('render'),
  host: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,62}$/, 'a host name')
    .default('farm01'),
  /** the author's folder → where a worker sees it */
  paths: z.record(folder, folder).default({})
})
export type WorkerProfile = z.infer<typeof workerShape>

/** A worker of which nothing is written down. */
export const anyWorker: WorkerProfile = workerShape.parse({})
