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
/** Written anew every `beatSeconds` while the attempt lives: where it stands still the attempt is lost. */
export const aliveFile = (number: number): string => `alive.${number}`
export const beatSeconds = 5
/** The result of an attempt that was not the last. */
export const earlierResult = (number: number): string => `result.${number}.json`

/** What was set around an attempt, as `environmentScript` wrote it down (environment.ts). */
export const environmentFile = (number: number): string => `environment.${number}.txt`
export const environmentScript = 'commands/environment.awk'

/** Where each submission keeps its results and logs, below the export's folder: `runs/RUN/tasks/NODE/BATCH`. */
export const runsFolder = 'runs'

/** Where the farm's machines have the interpreters, below the export's folder. */
export const interpretersFile = 'commands/interpreters.sh'

/** Variables by which farms say which task this is; what is set of them stands on each attempt's first line. */
export const farmIds = [
  ...['CUE_JOB', 'CUE_JOB_ID', 'CUE_FRAME', 'CUE_FRAME_ID'],
  ...['SLURM_ARRAY_JOB_ID', 'SLURM_ARRAY_TASK_ID', 'SLURM_JOB_ID', 'SLURM_RESTART_COUNT'],
  ...['DEADLINE_JOB_ID', 'DEADLINE_TASK_ID', 'DEADLINE_SESSION_ID', 'DEADLINE_WORKER_ID'],
  ...['TR_ENV_JID', 'TR_ENV_TID']
] as const

/** POSIX sh: this process, and the list of processes that its pid is of, where the system has several. */
export const processText = '$$ $(readlink /proc/self/ns/pid 2> /dev/null)'

/** Where a script finds how logs are read, beside itself. */
export const toldFiles = (script: string): { awk: string; marks: string } => ({
  awk: script.replace(/\.sh$/, '.awk'),
  marks: script.replace(/\.sh$/, '.marks')
})

/**
 * POSIX sh. Prints and keeps the command's output (`log.N.txt`), notes how the attempt went and exits as the command did;
 * with an error also where the result or the log tells of one. What it notes in `attempts.txt` (docs/protocol.md): `N began
 * MS on HOST ID=VALUE…`, `N process PID NAMESPACE`, `N logs FOLDER`, `N output FILE`, `N errors FILE`, `N said SENTENCE`,
 * `N told SIGNAL MS`, `N ended MS CODE`.
 */
export const taskScript = (launch: Launch, { path, hasMarks, program }: ScriptPlace): string =>
  [
    opening(launch.interpreter),
    beginning,
    working(launch.interpreter, program),
    endOf(launch.interpreter, path, hasMarks)
  ].join('')

export interface ScriptPlace {
  /** below the export's folder */
  path: string
  /** there are texts of which every line worth a look at a log holds one */
  hasMarks: boolean
  /** the variable of `interpreters.sh` that is the program; null: the command begins with no program's name */
  program: string | null
}

/** The program that an interpreter's command begins with; null: a placeholder stands there. */
export const programOf = ({ argv: [first = ''] }: Interpreter): string | null =>
  first === '{node}' ? 'node' : first === '' || /\{(?:evaluator|task|node)\}/.test(first) ? null : first

/** Sourced by the scripts: one place to say where the farm has an interpreter. */
export const interpretersText = (
  programs: readonly { name: string; variable: string; program: string }[]
): string => `# Where the farm's machines have the interpreters; the scripts beside this file read it. Change a path here, once.
# What all of them need can be said here as well, such as: PATH=/opt/studio/bin:$PATH; export PATH
${programs.map(({ name, variable, program }) => `\n# ${oneWord(name)}\n${variable}=${quoted(program)}\n`).join('')}`

const oneWord = (name: string): string => JSON.stringify(name)

const opening = ({ name }: Interpreter): string => `#!/bin/sh
# Runs one task of this folder with the interpreter ${JSON.stringify(name)}: sh commands/N.sh NODE/BATCH [RUN]
# RUN (or BACKLOT_RUN in the environment) is a submission: its results and logs are in ${runsFolder}/RUN.
cd "$(dirname "$0")/.." || exit 1
here=$(pwd)
run=\${2:-\${BACKLOT_RUN-}}
root=$here\${run:+/${runsFolder}/$run}
folder="$root/tasks/$1"
task="$folder/task.json"
result="$folder/result.json"
refuse() {
  printf '%s\\n' "backlot: $1" >&2
  exit 1
}
case $run in */* | .*) refuse "$run is no run of this folder" ;; esac
[ -f "$here/tasks/$1/task.json" ] || refuse "there is no task $1 in $here"
[ -d "$root/nodes" ] || refuse "there is no run $run in $here: submit.sh makes it"
# before the work, not after it
if ! why=$( (export LC_ALL=C; mkdir -p "$folder" && date > "$folder/writable.$$") 2>&1); then
  case $why in
    *[Pp]ermission*) why='give that user the right to write there, or run the job as the user who has it' ;;
    *) why=\${why##*: } ;;
  esac
  rm -f "$folder/writable.$$"
  refuse "$(id -un) (uid $(id -u)) cannot write into $folder on $(uname -n), so the task was not started: $why"
fi
rm -f "$folder/writable.$$"
[ -z "$run" ] || cp "$here/tasks/$1/task.json" "$task" || refuse "$task cannot be written"
[ ! -f "$here/${interpretersFile}" ] || . "$here/${interpretersFile}"
`

const beginning = `now() {
  t=$(date +%s%3N)
  case $t in *[!0-9]*) t=$(date +%s)000 ;; esac
  echo "$t"
}
note() {
  printf '%s\\n' "$n $1" >> "$folder/${attemptsFile}"
}
# behind all that was noted, though a log may be gone
n=$(sed -n 's/^\\([0-9]\\{1,6\\}\\) .*/\\1/p' "$folder/${attemptsFile}" 2> /dev/null | sort -n | tail -n 1)
n=$((\${n:-0} + 1))
while [ -e "$folder/log.$n.txt" ]; do n=$((n + 1)); done
: > "$folder/log.$n.txt"
ids=
for name in ${farmIds.join(' ')}; do
  eval "value=\\\${$name-}"
  [ -z "$value" ] || ids="$ids $name=$(printf %s "$value" | tr -d '[:space:]')"
done
# a line that was cut off, as by a full disk, is nobody's: half a number is another one
[ ! -s "$folder/${attemptsFile}" ] || [ -z "$(tail -c 1 "$folder/${attemptsFile}")" ] || echo ' (cut off)' >> "$folder/${attemptsFile}"
note "began $(now) on $(uname -n)$ids"
note "process ${processText}"
[ -z "\${CUE_LOG_PATH-}" ] || note "logs $CUE_LOG_PATH"
# people may have told Slurm to write it elsewhere, its own words with it or apart from it
apart=
if [ -n "\${SLURM_JOB_ID-}" ]; then
  output=$(readlink /proc/$$/fd/1 2> /dev/null)
  errors=$(readlink /proc/$$/fd/2 2> /dev/null)
  [ ! -f "$output" ] || note "output $output"
  if [ -f "$errors" ] && [ "$errors" != "$output" ]; then
    note "errors $errors"
    apart=1
  fi
fi
[ ! -e "$result" ] || mv "$result" "$folder/result.$((n - 1)).json" # an earlier attempt's
# a sign of life: where it stands still, whoever ended this script left it no time to say so
(while kill -0 $$ 2> /dev/null; do date +%s > "$folder/alive.$n" && sleep ${beatSeconds}; done) < /dev/null > /dev/null 2>&1 &
beat=$!
signal=
stop() {
  if [ -z "$signal" ]; then
    signal=$1
    as=$2
    note "told $1 $(now)"
  fi
  [ -s "$folder/pid.$n" ] || sleep 1
  kill -s TERM "$(cat "$folder/pid.$n" 2> /dev/null)" 2> /dev/null
}
# a script without #! is started by some and refused by others, so nobody starts it
starts() {
  file=$(command -v "$1") && [ -f "$file" ] && [ -r "$file" ] || return 0
  [ -s "$file" ] || { echo "backlot: $file is empty" && return 1; }
  case $(head -c 2 "$file" | tr -d '\\000') in '#!' | MZ) return 0 ;; esac
  [ "$(head -c 256 "$file" | wc -c)" -eq "$(head -c 256 "$file" | tr -d '\\000' | wc -c)" ] || return 0
  echo "backlot: $file does not say what runs it: write #!/bin/sh, or the like, as its first line"
  return 1
}
trap 'stop TERM 143' TERM
trap 'stop INT 130' INT
trap 'stop HUP 129' HUP
if LC_ALL=C awk -f ${environmentScript} < /dev/null > "$folder/environment.$n.part" 2> /dev/null; then
  mv "$folder/environment.$n.part" "$folder/environment.$n.txt"
else
  rm -f "$folder/environment.$n.part"
fi
`

const working = (
  interpreter: Interpreter,
  program: string | null
): string => `if [ -n "$signal" ]; then # before there was anything to end
  note "ended $(now) $as"
  kill "$beat"
  rm -f "$folder/alive.$n"
  exit "$as"
fi
[ -z "$apart" ] || printf '%s\\n' "# backlot task $1, attempt $n, on $(uname -n)" >&2
{
  printf '%s\\n' "# backlot task $1, attempt $n, in $here\${run:+, run $run}, on $(uname -n)$ids"
  set -- ${commandText(interpreter, program)}
  printf '%s\\n' "# command: $*"
  echo "${headEnd}"
  (starts ${firstWord(interpreter, program)} || exit 126; exec "$@") < /dev/null &
  echo $! > "$folder/pid.$n"
  wait $!
  echo $? > "$folder/code.$n"
} 2>&1 | { # what is still printed after a signal is kept
  trap '' TERM INT HUP
  exec tee "$folder/log.$n.txt"
} &
work=$!
# what the program leaves running may hold its output open for ever, and is not waited for: what it printed itself is read by then
(
  over=
  while kill -0 "$work" 2> /dev/null; do
    [ -z "$over" ] || kill -s KILL "$work"
    sleep ${beatSeconds}
    [ ! -s "$folder/code.$n" ] || over=1
  done
) < /dev/null > /dev/null 2>&1 &
left=$!
wait "$work"
was=$?
while [ -n "$signal" ] && kill -0 "$work" 2> /dev/null; do
  wait "$work"
  was=$?
done
kill "$left" 2> /dev/null
if [ "$was" = 137 ]; then
  echo 'backlot: something that it started still runs and holds its output open; nobody waits for that' | tee -a "$folder/log.$n.txt"
fi
`

function commandText(interpreter: Interpreter, program: string | null): string {
  const variables = Object.entries(environmentOf(interpreter.evaluator, { ...interpreter.env }))
  const env = variables.map(([name, value]) => `${quoted(`${name}=`)}${shellWord(value, interpreter)}`)
  const [, ...rest] = interpreter.argv
  const words = [...interpreter.wrapper.map((word) => shellWord(word, interpreter)), ownWord(interpreter, program)]
  return [...(env.length ? ['env', ...env] : []), ...words, ...rest.map((word) => shellWord(word, interpreter))].join(
    ' '
  )
}

const ownWord = (interpreter: Interpreter, program: string | null): string =>
  program === null ? shellWord(interpreter.argv[0] ?? '', interpreter) : `"\${${program}}"`

/** The program that is started here; those behind it are its own. */
const firstWord = (interpreter: Interpreter, program: string | null): string =>
  interpreter.wrapper[0] === undefined ? ownWord(interpreter, program) : shellWord(interpreter.wrapper[0], interpreter)

/** A program may end well by its exit code and tell otherwise in its result or its log. */
function endOf(interpreter: Interpreter, script: string, hasMarks: boolean): string {
  const { awk, marks } = toldFiles(script)
  const worthALook = hasMarks ? `grep -F -f ${marks} | ` : ''
  return `code=$(cat "$folder/code.$n" 2> /dev/null || echo 1)
rm -f "$folder/code.$n" "$folder/pid.$n"
[ -z "$signal" ] || code=$as
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
    note "said \${told#* }"
    code=\${told%% *}
  fi
fi
note "ended $(now) $code"
# not before: a long log takes its time to be read
kill "$beat" 2> /dev/null
rm -f "$folder/alive.$n"
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
