/** The script that runs the job with `openjd run`, each time in a folder of its own. */
import { newRun } from '../submission-script.ts'
import { templateFile } from './schema.ts'

/** POSIX sh. The run is handed over in the environment, which the engine's sessions have as well. */
export const submitScript = `#!/bin/sh
# Runs this job on this machine: sh submit.sh [OPTION of openjd run]...
# Results and logs of each time are in a folder of its own in runs/. On Deadline Cloud, where each job has its own files:
# deadline bundle submit FOLDER
folder=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 1
if ! command -v openjd > /dev/null; then
  printf '%s\\n' "nothing was submitted: there is no openjd here; pip install openjd-cli" >&2
  exit 1
fi
${newRun('openjd')}
BACKLOT_RUN=$run
export BACKLOT_RUN
exec openjd run "$folder/${templateFile}" "$@"
`
