/** A named way to launch: an argv with placeholders, an environment, an optional wrapper, a limit. */
import { z } from 'zod'
import type { GraphNode } from '../model.ts'
import { metadataOf, shown } from '../graph/flowpipe.ts'
import { fail, ok, type Result } from '../result.ts'

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
  start: z.enum(starts).default('cold')
})
export type Interpreter = z.infer<typeof interpreterShape>

const entry = (name: string, argv: string[], rest: Partial<Interpreter> = {}): Interpreter => ({
  name,
  argv,
  env: {},
  wrapper: [],
  limit: null,
  evaluator: 'python',
  setup: '',
  start: 'session',
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

/** What a node asks for: `metadata.interpreter`, else python as in the guide. */
export function wantedInterpreter(node: GraphNode): Result<string> {
  const wanted = metadataOf(node, 'interpreter')
  if (wanted === undefined || wanted === null) return ok('python')
  if (typeof wanted === 'string' && wanted !== '') return ok(wanted)
  return fail(
    'input',
    `node ${shown(node.name)}: metadata.interpreter is ${JSON.stringify(wanted)}; it should be a name such as "maya"`
  )
}

/** The evaluator's file for an interpreter; empty for plain commands. */
export const evaluatorOf = (
  { evaluator }: Pick<Interpreter, 'evaluator'>,
  files: Readonly<Record<EvaluatorKind, string>>
): string => (evaluator === 'none' ? '' : files[evaluator])

/** Puts paths into the argv and environment. An argument is exchanged in place: nothing is joined or quoted. */
export function fill(text: string, paths: Readonly<Record<'evaluator' | 'task' | 'node', string>>): string {
  return text.replace(/\{(evaluator|task|node)\}/g, (_, key: keyof typeof paths) => paths[key])
}

/** Whether its task file has a reader: an evaluator, or a plain command that names it. */
export const readsTask = ({ evaluator, wrapper, argv, env }: Interpreter): boolean =>
  evaluator !== 'none' || [...wrapper, ...argv, ...Object.values(env)].some((text) => text.includes('{task}'))

/** The whole command of a task: wrapper, then argv. */
export const commandOf = (interpreter: Interpreter, paths: Parameters<typeof fill>[1]): string[] =>
  [...interpreter.wrapper, ...interpreter.argv].map((argument) => fill(argument, paths))

/**
 * The same command for other arguments of the evaluator, which stand where `{task}` does. They are in the environment
 * too, for programs that hand no arguments on to their script.
 */
export function callOf(
  interpreter: Interpreter,
  paths: Omit<Parameters<typeof fill>[1], 'task'>,
  args: readonly string[]
): { argv: string[]; env: Record<string, string> } {
  const fillAll = (text: string) => fill(text, { ...paths, task: args[0] ?? '' })
  const argv = [...interpreter.wrapper, ...interpreter.argv]
  return {
    argv: argv.flatMap((argument) => (argument === '{task}' ? args : [fillAll(argument)])),
    env: {
      BACKLOT_ARGS: JSON.stringify(args),
      ...Object.fromEntries(Object.entries(interpreter.env).map(([key, value]) => [key, fillAll(value)]))
    }
  }
}

const plainWord = /^[A-Za-z0-9_@%+=:,./-]+$/

/** One argument as bash reads it back: for exports and for the paste-able copy in a log, never to run ourselves. */
export const quoted = (argument: string): string =>
  plainWord.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`

/** A command line that can be pasted into bash. */
export function pasteable(argv: readonly string[], env: Readonly<Record<string, string>> = {}, cwd?: string): string {
  const assignments = Object.entries(env).map(([name, value]) => quoted(`${name}=${value}`))
  const command = [...(assignments.length ? ['env', ...assignments] : []), ...argv.map(quoted)].join(' ')
  return cwd === undefined ? command : `cd ${quoted(cwd)} && ${command}`
}
