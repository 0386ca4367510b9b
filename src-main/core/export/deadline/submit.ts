/** The script that submits the jobs from wherever their folder lies. */
import { newRun } from '../submission-script.ts'
import { folderPlace } from './info.ts'

export const submitFile = 'submit.sh'

/** What the jobs are made of; other keys are people's to say. */
const ours = ['Plugin', 'Frames', 'ChunkSize', 'JobDependencies', 'IsFrameDependent'] as const

const head = `#!/bin/sh
# Submits this job to Deadline from the folder that it lies in now: sh submit.sh [KEY=VALUE of job info, for every job]
# such as: sh submit.sh Pool=film Group=linux. Each node is a job; prints their ids, parents first.
# DEADLINECOMMAND in the environment: the program; else deadlinecommand, of the PATH or in DEADLINE_PATH
folder=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 1
case $folder in
  *[[:cntrl:]]* | *[[:space:]])
    printf '%s\\n' "Deadline takes no control character in a path and no space at its end: move $folder" >&2
    exit 1
    ;;
esac
given=
for one in "$@"; do
  # Deadline's keys are the same in upper and lower case
  key=$(printf %s "\${one%%=*}" | tr '[:upper:]' '[:lower:]')
  case $key=$one in
    *[[:cntrl:]]* | ${ours.map((own) => `${own.toLowerCase()}=*`).join(' | ')})
      printf '%s\\n' "not to be said here: $one" >&2
      exit 2
      ;;
    ?*=?*=*) given="$given$one
" ;;
    *)
      printf '%s\\n' "usage: sh submit.sh [KEY=VALUE of job info]; $one is none" >&2
      exit 2
      ;;
  esac
done
PATH=$PATH\${DEADLINE_PATH:+:$DEADLINE_PATH}
deadline=\${DEADLINECOMMAND-deadlinecommand}
submitted=
at=
root=
stop() {
  [ -z "$root" ] || if [ -n "$submitted$at" ]; then note stopped; else rm -r -- "$root"; fi
  printf '%s\\n' "$1; submitted already:\${submitted:- nothing}" >&2
  [ -z "$submitted" ] || echo 'Delete these jobs in the Monitor before you submit again' >&2
  exit 1
}
command -v "$deadline" > /dev/null ||
  stop "there is no $deadline here: install Deadline's client, or name it with DEADLINECOMMAND"
${newRun('deadline')}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'stop "interrupted\${at:+, perhaps after deadline/$at was submitted}"' HUP INT TERM
# the files with what is known now: ids, the folder, and what was said above in place of what stands there
fill() {
  ids=$ids given=$given folder=$folder LC_ALL=C awk '
    BEGIN {
      count = split(ENVIRON["given"], lines, "\\n")
      for (i = 1; i < count; i++) said[tolower(substr(lines[i], 1, index(lines[i], "=")))] = 1
    }
    { key = substr($0, 1, index($0, "=")) }
    tolower(key) in said { next }
    key == "JobDependencies=" { print key ENVIRON["ids"]; next }
    { print }
    END { printf "%s", ENVIRON["given"] }' "$own/job_info.txt" > "$work/job_info.txt" &&
    folder=$folder run=$run LC_ALL=C awk '
    $0 == "StartupDirectory=${folderPlace}" { print "StartupDirectory=" ENVIRON["folder"]; next }
    /^Arguments=/ { print $0 " " ENVIRON["run"]; next }
    { print }' "$own/plugin_info.txt" > "$work/plugin_info.txt"
}
submit() {
  own="$folder/deadline/$1"
  ids=
  for parent in $(sed -n '/^JobDependencies=/s/[^0-9]\\{1,\\}/ /gp' "$own/job_info.txt"); do
    read -r id < "$work/$parent" || stop "deadline/$1 depends on $parent, which was not submitted"
    ids="$ids\${ids:+,}$id"
  done
  fill || stop "the files of deadline/$1 cannot be written anew"
  at=$1
  said=$("$deadline" "$work/job_info.txt" "$work/plugin_info.txt" 2>&1 < /dev/null) ||
    stop "deadlinecommand refused deadline/$1: $said"
  id=$(printf '%s\\n' "$said" | sed -n 's/^JobID=\\([0-9A-Za-z]*\\).*$/\\1/p')
  case $id in
    '' | *[!0-9A-Za-z]*) stop "deadlinecommand gave no JobID for deadline/$1: $said" ;;
  esac
  printf '%s\\n' "$id" > "$work/$1"
  note id "$id"
  note job "$1 $id"
  printf '%s\\n' "$id"
  submitted="$submitted $id"
  at=
}
`
const tail = `; do submit "$position"; done
note done
`

/** POSIX sh; `positions` of the nodes, parents first. */
export const submitScript = (positions: readonly number[]): string =>
  `${head}for position in ${positions.join(' ')}${tail}`

/** The positions in a script that `submitScript` wrote; null: it is none. */
export function positionsIn(script: string): number[] | null {
  const list = script.slice(head.length).match(/^for position in (\d+(?: \d+)*);/)?.[1]
  const positions = (list ?? '').split(' ').map(Number)
  return submitScript(positions) === script ? positions : null
}
