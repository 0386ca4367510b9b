/** The script that submits the job: `openjd run` on this machine, or Deadline Cloud. */
import { processText } from '../script.ts'
import { newRun, stopsInOne } from '../submission-script.ts'
import { runParameter, templateFile } from './schema.ts'

/** What a submission to Deadline Cloud is called in its record: the template is the same, who runs it is not. */
export const deadlineCloud = 'deadline-cloud' as const

/** Where in AWS a job is; said again whenever it is asked for. */
export const placeOptions = ['--profile', '--farm-id', '--queue-id', '--region'] as const

/** POSIX sh. */
export const submitScript = `#!/bin/sh
# Runs this job on this machine:     sh submit.sh [OPTION of openjd run]...
# Submits it to AWS Deadline Cloud:  sh submit.sh --cloud [OPTION of deadline bundle submit]...
# Results and logs of each time are in a folder of its own in runs/; from Deadline Cloud they come with
# deadline job download-output --job-id ID.
folder=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 1
need() {
  command -v "$1" > /dev/null && return
  printf '%s\\n' "nothing was submitted: there is no $1 here; pip install $2" >&2
  exit 1
}
if [ "\${1-}" = --cloud ]; then
  shift
  need deadline deadline
  ${newRun(deadlineCloud)}
  # what says where the job is
  option=
  for one in "$@"; do
    case $option in ?*) note option "$option" "$one" ;; esac
    option=
    case $one in
      ${placeOptions.join(' | ')}) option=$one ;;
      ${placeOptions.map((one) => `${one}=*`).join(' | ')}) note option "\${one%%=*}" "\${one#*=}" ;;
    esac
  done
  ${stopsInOne('Deadline Cloud')}
  # nobody is asked: what is uploaded stands in asset_references.json
  if ! said=$(deadline bundle submit "$folder" --yes --known-asset-path "$folder" -p "${runParameter}=$run" "$@" 2>&1 < /dev/null); then
    printf '%s\\n' "$said" "nothing was submitted" >&2
    rm -r -- "$root"
    exit 1
  fi
  printf '%s\\n' "$said"
  id=$(printf '%s\\n' "$said" | sed -n 's/^\\(job-[0-9a-f]\\{32\\}\\)[[:space:]]*$/\\1/p' | tail -n 1)
  [ -z "$id" ] || note id "$id"
  note done
  exit
fi
need openjd openjd-cli
${newRun('openjd')}
# exec keeps the pid
note client "${processText}"
exec openjd run "$folder/${templateFile}" -p "${runParameter}=$run" "$@"
`
