/** A named way to launch: an argv with placeholders, an environment, an optional wrapper, a limit. */
import { z } from 'zod'
import { logRuleShape } from './log-rules.ts'
import { leastMemory } from './memory.ts'

export const evaluators = ['python', 'node'] as const
export type EvaluatorKind = (typeof evaluators)[number]

/** `none`: a plain command. Exit 0 is success; it writes nothing back unless it puts a result.json beside its task file. */
export const evaluations = [...evaluators, 'none'] as const

/**
 * How a task's code gets a process: `cold`, one of its own; `fork`, a copy of one that has imported flowpipe already
 * (POSIX, Python); `session`, one process for many tasks, for programs that take long to start.
 */
export const starts = ['cold', 'fork', 'session'] as const
export type Start = (typeof starts)[number]

export const interpreterShape = z.strictObject({
  name: z.string().regex(/^[^\s/{}]{1,64}$/, 'a name has 1 to 64 characters and no space, slash or brace'),
  /** `{evaluator}`, `{task}` and `{node}` (the Node that runs Backlot) are exchanged before the start. */
  argv: z.array(z.string()).min(1),
  /** Set on top of the scheduler's own environment; the same placeholders work. */
  env: z.record(z.string(), z.string()),
  /** Put before the argv, such as `rez-env maya-2025 --`. */
  wrapper: z.array(z.string()),
  /** At most so many tasks at once, for licences; null: only the slots limit. */
  limit: z.number().int().positive().nullable(),
  evaluator: z.enum(evaluations),
  /** Code in the evaluator's language, run before the node is loaded. */
  setup: z.string(),
  start: z.enum(starts).default('cold'),
  /** Bytes that a task may have in memory, where neither its node nor the run says otherwise; null: no limit. */
  memory: z.number().int().min(leastMemory).nullable().default(null),
  /** Code that puts the program back as it started, run before each task of a session. */
  reset: z.string().default(''),
  /** How the program's log is read; null: as the shipped entry of its name. */
  rules: z.array(logRuleShape).nullable().default(null)
})
export type Interpreter = z.infer<typeof interpreterShape>

/** What an interpreter has where nobody says otherwise. */
export const plainDetails = {
  ...{ env: {}, wrapper: [], limit: null, evaluator: 'python', setup: '', start: 'cold' },
  ...{ memory: null, reset: '', rules: null }
} as const satisfies Partial<Interpreter>

const entry = (name: string, argv: string[], rest: Partial<Interpreter> = {}): Interpreter => ({
  ...{ name, argv, ...plainDetails, wrapper: [], start: 'session' },
  ...rest
})

/** The interpreters that Backlot ships with (quirk Q12); every one can be changed or removed. */
export const shippedInterpreters: readonly Interpreter[] = [
  entry('python', ['python3', '{evaluator}', '{task}'], { start: 'fork' }),
  entry('maya', ['mayapy', '{evaluator}', '{task}'], {
    setup: "import maya.standalone\nmaya.standalone.initialize(name='python')"
  }),
  entry('houdini', ['hython', '{evaluator}', '{task}']),
  entry('nuke', ['nuke', '-t', '{evaluator}', '{task}']),
  entry('blender', ['blender', '--background', '--python-exit-code', '1', '--python', '{evaluator}', '--', '{task}']),
  entry('3dequalizer', ['3DE4', '-no_gui', '-run_script', '{evaluator}'], { env: { BACKLOT_TASK: '{task}' } }),
  entry('node', ['{node}', '{evaluator}', '{task}'], { evaluator: 'node' })
]
