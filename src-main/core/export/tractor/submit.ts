/** The script that spools the job file from wherever its folder lies. */
import { quoted } from '../../../domain/command.ts'
import { newRun, stopsInOne } from '../submission-script.ts'
import { alfFile } from './alf.ts'
import { word } from './tcl.ts'

const scripts = 'commands/'

/** How the path of a script begins in the job file, up to the script's number: a word in braces, or with backslashes. */
const start = (folder: string): string => word(`${folder}/${scripts}`).replace(/\}$/, '')

/** The same for the folder of the day, in the script. */
const braced = `now="{$folder/${scripts}"`
const backslashed = `now=$(printf %s "$folder/${scripts}" | sed 's/[][";$# ]/\\\\&/g')`

const isThere = `command -v "\${TRACTOR_SPOOL-tractor-spool}" > /dev/null || {
  printf '%s\\n' "there is no \${TRACTOR_SPOOL-tractor-spool} here: install Tractor's client, or name it with TRACTOR_SPOOL; nothing was submitted" >&2
  exit 1
}`

const begun = `${newRun('tractor')}\n${stopsInOne('Tractor')}`

const noted = `id=$(printf '%s\\n' "$said" | sed -n 's/.*jid[^0-9]\\{1,\\}\\([0-9]\\{1,\\}\\).*/\\1/p' | head -n 1)
[ -z "$id" ] || note id "$id"
note done`

/**
 * POSIX sh. The job file says where the folder was when it was written; in another place the script writes it anew with
 * its own, which must have no character that Tcl or Tractor would take for its own: % is replaced in commands there.
 */
export const submitScript = (root: string): string => `#!/bin/sh
# Spools this job to Tractor from the folder that it lies in now: sh submit.sh [options of tractor-spool]
# A priority that is said so counts more than the job's own.
# TRACTOR_SPOOL in the environment: the program, else tractor-spool
was=${quoted(start(root))}
folder=$(cd "$(dirname "$0")" && pwd) || exit 1
job="$folder/${alfFile}"
if [ "$folder" != ${quoted(root)} ]; then
  case $folder in
    *[{}%\\\\]* | *'
'*)
      printf '%s\\n' "Tractor takes no { } % or \\\\ in a path: move $folder" >&2
      exit 1
      ;;
  esac
  ${start(root).startsWith('{') ? braced : backslashed}
  export was now
  job="$folder/moved.alf"
  awk 'BEGIN { was = ENVIRON["was"]; now = ENVIRON["now"] }
    {
      line = ""
      while ((at = index($0, was)) > 0) {
        line = line substr($0, 1, at - 1) now
        $0 = substr($0, at + length(was))
      }
      print line $0
    }' "$folder/${alfFile}" > "$job" || exit 1
fi
${isThere}
for one in "$@"; do
  case $one in
    --pri*)
      sed '2s/^Job -priority {[-0-9]*}/Job/' "$job" > "$folder/spooled.alf" || exit 1
      job="$folder/spooled.alf"
      break
      ;;
  esac
done
${begun}
# each command says which submission it belongs to
run=$run awk '/^ *RemoteCmd / { sub(/\\} -service /, " " ENVIRON["run"] "} -service ") } { print }' "$job" > "$root/${alfFile}" || exit 1
if ! said=$("\${TRACTOR_SPOOL-tractor-spool}" "$@" "$root/${alfFile}"); then
  printf '%s\\n' "$said"
  rm -r -- "$root" # nothing was submitted
  exit 1
fi
printf '%s\\n' "$said"
${noted}
`
