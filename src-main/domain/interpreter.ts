/** A named way to launch: an argv with placeholders, an environment, an optional wrapper, a limit. */
import { z } from 'zod'
import { logRuleShape } from './log-rules.ts'
import { leastMemory } from './memory.ts'
import { once } from './once.ts'
import { nameOf } from './paths.ts'
import { variableNames } from './variables.ts'

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

export const interpreterShape = once(() =>
  z.strictObject({
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
    /**
     * Code that puts the program back as it started, run before each task of a session but the first. Where it defines a
     * function `reset`, it is run once, at the session's start, and that function is called before each task.
     */
    reset: z.string().default(''),
    /**
     * The Python function that writes values which are no JSON, `module:function`, as json.dumps' `default`; `backlot:encode`
     * is Backlot's own. Empty: such values are refused.
     */
    encoder: z
      .string()
      .regex(/^(?:[\p{L}_][\p{L}\p{N}_.]*:[\p{L}_][\p{L}\p{N}_.]*)?$/u, 'an encoder is written as MODULE:FUNCTION')
      .default(''),
    /** How the program's log is read; null: as the shipped entry of its name. */
    rules: z.array(logRuleShape()).nullable().default(null)
  })
)
export type Interpreter = z.infer<ReturnType<typeof interpreterShape>>

/** What an interpreter has where nobody says otherwise. */
export const plainDetails = {
  ...{ env: {}, wrapper: [], limit: null, evaluator: 'python', setup: '', start: 'cold' },
  ...{ memory: null, reset: '', encoder: '', rules: null }
} as const satisfies Partial<Interpreter>

const entry = (name: string, argv: string[], rest: Partial<Interpreter> = {}): Interpreter => ({
  ...{ name, argv, ...plainDetails, wrapper: [], start: 'session' },
  ...rest
})

/** The interpreters that Backlot ships with (quirk Q12); every one can be changed or removed. */
export const shippedInterpreters: readonly Interpreter[] = [
  entry('python', ['python3', '{evaluator}', '{task}'], { start: 'fork' }),
  entry('maya', ['mayapy', '{evaluator}', '{task}'], {
    setup: "import maya.standalone\nmaya.standalone.initialize(name='python')",
    reset: 'import maya.cmds\nmaya.cmds.file(new=True, force=True)'
  }),
  entry('houdini', ['hython', '{evaluator}', '{task}'], {
    reset: 'import hou\nhou.hipFile.clear(suppress_save_prompt=True)'
  }),
  entry('nuke', ['nuke', '-t', '{evaluator}', '{task}'], { reset: 'import nuke\nnuke.scriptClear()' }),
  entry('blender', ['blender', '--background', '--python-exit-code', '1', '--python', '{evaluator}', '--', '{task}'], {
    reset: 'from backlot_blender import reset'
  }),
  // nothing is known that puts it back, so it is not shared
  entry('3dequalizer', ['3DE4', '-no_gui', '-run_script', '{evaluator}'], {
    env: { [variableNames.task]: '{task}' },
    start: 'cold'
  }),
  entry('node', ['{node}', '{evaluator}', '{task}'], { evaluator: 'node' })
]

/** The entry of a name as it is shipped; undefined: none is. */
export const shippedEntry = (name: string): Interpreter | undefined =>
  shippedInterpreters.find((one) => one.name === name)

/** How an entry starts on a system (as Node names it), and why that is not what it asks for; null: it is, or goes without saying. */
export function startOn(
  platform: string,
  { evaluator, start }: Pick<Interpreter, 'evaluator' | 'start'>
): { start: Start; why: string | null } {
  // only Python forks, and a plain command is its own process
  if (evaluator === 'none' || start === 'cold' || (start === 'fork' && evaluator !== 'python'))
    return { start: 'cold', why: null }
  if (platform !== 'win32') return { start, why: null }
  if (start === 'fork')
    return { start: 'cold', why: 'Windows has no fork; a session is faster, where its nodes allow one' }
  if (evaluator === 'python') return { start, why: null }
  return { start: 'cold', why: 'on Windows Node cannot turn the output of a process that runs to another log' }
}

/**
 * What Backlot shipped before its entries had a reset. An entry that a user never touched is one of these, and gets the
 * shipped one; a changed one stays as it is.
 */
export const formerlyShipped: readonly Interpreter[] = shippedInterpreters.map((one) => ({
  ...one,
  reset: '',
  start: one.name === 'python' ? 'fork' : 'session'
}))

/** Why an entry may not have its encoder; null: it may. */
export function encoderRefusal({ name, encoder, evaluator }: Pick<Interpreter, 'name' | 'encoder' | 'evaluator'>) {
  if (encoder === '' || evaluator === 'python') return null
  return `${name} runs no Python, and an encoder is a Python function; leave --encoder out`
}

const programOf = ({ argv }: Pick<Interpreter, 'argv'>): string => nameOf(argv[0] ?? '').replace(/\.exe$/i, '')

/** The shipped entry whose program this is, under any name and path, such as `/opt/blender-4.2/blender`. */
export const shippedProgram = (entry: Pick<Interpreter, 'argv'>): Interpreter | undefined =>
  shippedInterpreters.find((one) => one.evaluator === 'python' && programOf(one) === programOf(entry))

/** Why an entry may not be started so; null: it may. A fork takes one thread along, and every DCC has several. */
export function startRefusal(entry: Pick<Interpreter, 'name' | 'argv' | 'start' | 'evaluator'>): string | null {
  if (entry.start !== 'fork' || entry.evaluator !== 'python') return null
  const shipped = shippedProgram(entry) ?? shippedEntry(entry.name)
  if (shipped?.evaluator !== 'python' || shipped.name === 'python') return null
  return `${entry.name} cannot be started by fork: its program has threads, which a fork leaves behind; use session or cold`
}
