/** What every submit.sh begins with: a folder for this submission, and its record. */
import type { FarmName } from '../../domain/formats.ts'
import { submissionFile } from './pulled/submission.ts'
import { runsFolder } from './script.ts'

/**
 * POSIX sh, `$folder` being the export's: makes `$root`, the folder of the submission `$run`, and `note FACT VALUE`, which
 * writes into its record. Says in a sentence where the folder cannot be written.
 */
export const newRun = (farm: FarmName): string => `run=$(date -u +%Y%m%d-%H%M%S)-$$
root="$folder/${runsFolder}/$run"
if ! {
  mkdir -p -- "$folder/${runsFolder}" && mkdir -- "$root" "$root/tasks" &&
    { [ ! -d "$folder/nodes" ] || cp -R -- "$folder/nodes" "$root/nodes"; }
}; then
  printf '%s\\n' "nothing was submitted: $(id -un) cannot write into $folder/${runsFolder}, where the results of a submission are kept; the farm's machines have to as well" >&2
  exit 1
fi
note() {
  printf '%s\\n' "$*" >> "$root/${submissionFile}"
}
note submission 1
note farm ${farm}
note at "$(date +%s)000"
note user "$(id -un)"
note host "$(uname -n)"`
