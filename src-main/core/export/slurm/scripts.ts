/**
 * Writes the two scripts. `submit.sh` submits the arrays one after the other, parents first, each with a line of its own
 * that names the numbers Slurm gave to those before it; `job.sh` is what each task of each array runs.
 * Source: sbatch(1).
 */
import { isOneToOne, memoryOf, scriptOf, timeLimitOf, type FarmJob, type FarmNode } from '../farm.ts'
import { newRun } from '../submission-script.ts'
import { arraysOf, arraySize } from './arrays.ts'
import { arrayName, licencesOf } from './names.ts'

export const submitFile = 'submit.sh'
export const jobFile = 'job.sh'

/** Which of several clusters, in the words of Slurm's commands. */
export const clusterOption = '--clusters'

/** A limit of time as Slurm counts it, which rounds seconds up itself. */
export const minutes = (seconds: number): number => Math.ceil(seconds / 60)

/** What an array is called in the script: its variable has its number. `n3` has all numbers of node 3, with `:` between. */
const arrayVariable = (node: FarmNode, i: number): string => `n${node.position}_${i}`
const nodeVariable = (node: FarmNode): string => `n${node.position}`

export const submitHead = `#!/bin/sh
# Submits this job to Slurm from the folder that it lies in now: sh submit.sh [options of sbatch, for every array]
# Each node is an array of its batches, or several of ${arraySize}. Prints their numbers: scancel NUMBERS takes them back.
folder=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 1
case $folder in
  *\\\\*)
    printf 'Slurm takes no \\\\ in a path: move %s\\n' "$folder" >&2
    exit 1
    ;;
esac
# what takes the arrays apart is refused; of all else what is said here counts more than what is written below
for one in "$@"; do
  case $one in
    --ar* | --dep* | --wrap*) ;;
    -[!-]*) [ -n "$(printf %s "$one" | sed -n 's/^-[HhkOQsvVW]*\\([ad]\\).*/\\1/p')" ] || continue ;;
    *) continue ;;
  esac
  printf 'not to be said here: %s; this script says which tasks there are and what waits for what\\n' "$one" >&2
  exit 2
done
${newRun('slurm')}
mkdir -- "$root/slurm" || exit 1
note logs slurm
# a % of the path is none of Slurm's own
logs=$(printf %s "$root/slurm" | sed 's/%/%%/g')
submitted=
at=
cluster=
stop() {
  if [ -n "$submitted$at" ]; then note stopped; else rm -r -- "$root"; fi
  printf '%s\\n' "$1; submitted so far:\${submitted:- nothing}" >&2
  [ -z "$submitted" ] || printf '%s\\n' "scancel\${cluster:+ ${clusterOption}=$cluster}$submitted takes it back" >&2
  exit 1
}
trap 'stop "interrupted\${at:+, perhaps after sbatch took one array more: look with squeue}"' HUP INT TERM
submit() {
  at=1
  if ! said=$(sbatch --parsable --chdir="$folder" --output="$logs/%A_%a.txt" --open-mode=append "$@" "$folder" "$run"); then
    at=
    stop 'sbatch took not all of it'
  fi
  # a number, and the cluster where there are several; what a site's own sbatch says beside is no number
  id=$(printf '%s\\n' "$said" | sed -n 's/^\\([0-9]\\{1,\\}\\)\\(;.*\\)\\{0,1\\}$/\\1/p')
  case $id in '' | *[!0-9]*) stop "sbatch gave no number, or several, so look with squeue whether it took the array; it said: $said" ;; esac
  where=$(printf '%s\\n' "$said" | sed -n 's/^[0-9]\\{1,\\};\\(..*\\)$/\\1/p')
  [ "$where" = "$cluster" ] || note option ${clusterOption} "$where"
  cluster=$where
  submitted="$submitted $id"
  note id "$id"
  at=
  # the last words of what sbatch was told: command, node, the place of the array's first task
  shift $(($# - 3))
  note array "$2 $3 $id"
}
`
export const submitTail = `note done\nprintf '%s\\n' "\${submitted# }"\n`

/** POSIX sh. Options of sbatch that people give come before the arrays and dependencies, so that none takes them apart. */
export const submitScript = (job: FarmJob): string => {
  const licences = licencesOf(job)
  const lines = job.nodes.flatMap((node) => {
    const licence = licences.get(node.interpreter)
    return nodeLines(job, node, licence === undefined ? '' : ` --licenses=${licence}:1`)
  })
  return `${submitHead}${lines.map((line) => `${line}\n`).join('')}${submitTail}`
}

function nodeLines(job: FarmJob, node: FarmNode, licences: string): string[] {
  const arrays = arraysOf(node)
  const lines = arrays.map((length, i) => {
    const options = `--array=0-${length - 1}${dependency(node, i)}`
    const before = `${measured(job, node)} --job-name=${arrayName(job, node)}${licences}`
    const task = `${scriptOf(job, node)} ${node.position} ${i * arraySize}`
    return `submit${before} "$@" ${options} "$folder/${jobFile}" ${task}; ${arrayVariable(node, i)}=$id`
  })
  return [...lines, `${nodeVariable(node)}=${arrays.map((_, i) => `$${arrayVariable(node, i)}`).join(':')}`]
}

/** What was measured; like names and licences it stands before what people say on the command line: theirs counts more. */
function measured(job: FarmJob, node: FarmNode): string {
  const [memory, seconds] = [memoryOf(node), job.settings.timeout === null ? timeLimitOf(job, node) : null]
  return `${memory === null ? '' : ` --mem=${memory}M`}${seconds === null ? '' : ` --time=${minutes(seconds)}`}`
}

/** All arrays of a node are waited for, or the one that was cut out of the same places. */
function dependency(node: FarmNode, i: number): string {
  const waits = node.parents.map((link) =>
    isOneToOne(link) ? `aftercorr:$${arrayVariable(link.parent, i)}` : `afterok:$${nodeVariable(link.parent)}`
  )
  return waits.length === 0 ? '' : ` --dependency="${waits.join(',')}"`
}

/** What people may say otherwise on the command line stands here: options there count more. */
const jobHead = `#!/bin/sh
#SBATCH --kill-on-invalid-dep=yes
`
export const jobTail = `# submit.sh gives it the command, the node, the place of the array's first task in it, this folder, and the submission
exec /bin/sh "$4/$1" "$2/$(($3 + SLURM_ARRAY_TASK_ID))" "$5"
`

/** POSIX sh; sbatch reads the options in its head. */
export const jobScript = ({ settings: { timeout } }: FarmJob): string =>
  `${jobHead}${timeout === null ? '' : `#SBATCH --time=${minutes(timeout)}\n`}${jobTail}`
