/**
 * What starts a task where farms run Windows: `python commands/0.py 3/1-10` in place of `sh commands/0.sh 3/1-10`. The
 * scripts are a line each; python/backlot_task.py, which lies beside them, does the work.
 */
import type { EvaluatorKind } from '../../domain/interpreter.ts'
import { evaluatorOf } from '../../domain/command.ts'
import { mapped, type PathRule } from '../../domain/paths.ts'
import { environmentOf } from '../attempt/environment.ts'
import type { FarmFile } from './farm.ts'
import { entriesOf, type Launch } from './told.ts'

export const runnerFile = 'commands/backlot_task.py'

const script = (what: string, call: string): string =>
  `"""${what}"""\nimport os\nimport sys\n\nsys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))\nfrom backlot_task import ${call}\n\n${call}(__file__)\n`

export const lookUpInPython = script(
  'Runs the task that has these frames: python commands/frames.py commands/0.py NODE 1-9:2,20 [RUN]',
  'look_up'
)

/** The script of some tasks, and what it starts. */
export function pythonFiles(
  launch: Launch,
  path: string,
  evaluatorFiles: Readonly<Record<EvaluatorKind, string>>,
  rules: readonly PathRule[]
): FarmFile[] {
  const { interpreter } = launch
  const elsewhere = (text: string) => mapped(text, rules)
  const env = Object.entries(environmentOf(interpreter.evaluator, interpreter.env))
  const start = {
    argv: [...interpreter.wrapper, ...interpreter.argv].map(elsewhere),
    env: Object.fromEntries(env.map(([name, value]) => [name, elsewhere(value)])),
    evaluator: evaluatorOf(interpreter, evaluatorFiles),
    plain: interpreter.evaluator === 'none',
    rules: entriesOf(launch).map(({ telling, pattern }) => [telling, pattern])
  }
  return [
    { path, text: script(`Runs one task of this folder: python ${path} 3/1`, 'main') },
    { path: path.replace(/\.py$/, '.json'), text: `${JSON.stringify(start)}\n` }
  ]
}
