/**
 * The shell script that starts a task on a machine without Backlot, one per interpreter. A farm's file then holds no
 * quoting, no environment and no braces of ours: `sh commands/0.sh 3/1-10` is the whole command.
 */
import { evaluatorOf, quoted } from '../../domain/command.ts'
import type { EvaluatorKind, Interpreter } from '../../domain/interpreter.ts'
import { headEnd } from '../../domain/log-lines.ts'
import { environmentOf } from '../attempt/environment.ts'
import type { Launch } from './told.ts'

export const evaluatorFiles: Readonly<Record<EvaluatorKind, string>> = {
  python: 'backlot_evaluate.py',
  node: 'backlot_evaluate.mjs'
}

/** What each attempt leaves in its task's folder; `backlot pull` reads them. */
export const attemptsFile = 'attempts.txt'
export const attemptLog = (number: number): string => `log.${number}.txt`

/** Where a script finds how logs are read, beside itself. */
export const toldFiles = (script: string): { awk: string; marks: string } => ({
  awk: script.replace(/\.sh$/, '.awk'),
  marks: script.replace(/\.sh$/, '.marks')
})

/**
 * POSIX sh. Prints and keeps the command's output (`log.N.txt`), notes when the attempt began and ended and its exit code
 * (`attempts.txt`: `N began MS`, `N said SENTENCE`, `N ended MS CODE`, milliseconds since 1970), and exits as the command
 * did; with an error also where the result or the log tells of one. `script`: its path below the export's folder.
 */
export function taskScript({ interpreter }: Launch, script: string, hasMarks: boolean): string {
  const own = Object.fromEntries(Object.entries(interpreter.env))
  const variables = Object.entries(environmentOf(interpreter.evaluator, own))
  const words = [...interpreter.wrapper, ...interpreter.argv].map((word) => shellWord(word, interpreter))
  const env = variables.map(([name, value]) => `${quoted(`${name}=`)}${shellWord(value, interpreter)}`)
  const command = [...(env.length ? ['env', ...env] : []), ...words].join(' ')
  return `#!/bin/sh
# Runs one task of this folder with the interpreter ${JSON.stringify(interpreter.name)}: sh commands/N.sh 3/1
cd "$(dirname "$0")/.." || exit 1
here=$(pwd)
folder="$here/tasks/$1"
task="$folder/task.json"
result="$folder/result.json"
if [ ! -f "$task" ]; then
  printf '%s\\n' "backlot: there is no task $1 in $here" >&2
  exit 1
fi
now() {
  t=$(date +%s%3N)
  case $t in *[!0-9]*) t=$(date +%s)000 ;; esac
  echo "$t"
}
n=1
while [ -e "$folder/log.$n.txt" ]; do n=$((n + 1)); done
echo "$n began $(now)" >> "$folder/${attemptsFile}"
rm -f "$result" # an earlier attempt's
{
  printf '%s\\n' "# backlot task $1, attempt $n, in $here"
  set -- ${command}
  printf '%s\\n' "# command: $*"
  echo "${headEnd}"
  "$@" < /dev/null
  echo $? > "$folder/code.$n"
} 2>&1 | tee "$folder/log.$n.txt"
${endOf(interpreter, script, hasMarks)}`
}

/** A program may end well by its exit code and tell otherwise in its result or its log. */
function endOf(interpreter: Interpreter, script: string, hasMarks: boolean): string {
  const { awk, marks } = toldFiles(script)
  const worthALook = hasMarks ? `grep -F -f ${marks} | ` : ''
  return `code=$(cat "$folder/code.$n" 2> /dev/null || echo 1)
rm -f "$folder/code.$n"
if [ "$code" = 0 ] && ${resultLacks(interpreter)}; then
  echo "backlot: exit code 0, but the result is missing or tells of a failure" >&2
  code=1
fi
if [ "$code" = 0 ]; then
  told=$(
    export LC_ALL=C
    sed '1,/^${headEnd}$/d' "$folder/log.$n.txt" | tr -d '\\000' | tr '\\r' '\\n' | ${worthALook}awk -f ${awk}
  )
  if [ -n "$told" ]; then
    printf '%s\\n' "backlot: \${told#* }" >&2
    printf '%s\\n' "$n said \${told#* }" >> "$folder/${attemptsFile}"
    code=\${told%% *}
  fi
fi
echo "$n ended $(now) $code" >> "$folder/${attemptsFile}"
exit "$code"
`
}

/** A plain command need write no result. */
const resultLacks = ({ evaluator }: Interpreter): string =>
  evaluator === 'none'
    ? `[ -f "$result" ] && ! grep -q '"outputs"' "$result"`
    : `! grep -q '"outputs"' "$result" 2> /dev/null`

/** One word of the command; its placeholders become the script's variables. */
function shellWord(text: string, interpreter: Interpreter): string {
  const places = { evaluator: `"$here/${evaluatorOf(interpreter, evaluatorFiles)}"`, task: '"$task"', node: 'node' }
  const parts = text.split(/\{(evaluator|task|node)\}/)
  return (
    parts.map((part, i) => (i % 2 ? places[part as keyof typeof places] : part === '' ? '' : quoted(part))).join('') ||
    "''"
  )
}
