/**
 * A job of the software "Execute" has a script as its scene, which a client runs with the first frame, the last one and
 * the step. On Linux and macOS it is read by the shell that runs the client's own script, a csh or another, where its name
 * ends in .sh; so it is one line that all of them read the same, and names its folder. On Windows a batch file knows it.
 * Source: Royal Render's render config E01__ExecutePerFrame of version 7, as its users have published it.
 */
import { mapped } from '../../../domain/paths.ts'
import { scriptKind, scriptOf, type FarmFile, type FarmJob, type FarmNode } from '../farm.ts'

export const scenesFolder = 'royalrender'

/** Quotes, what shells and batch files replace, and the brackets of Royal Render's variables. */
export const refusedInPaths = /[\p{Cc}"'$`!<>%]/u

const maxName = 60

/** A part of a file's name. */
export const sceneName = (node: FarmNode): string => node.name.replace(/[^\w.-]+/g, '_').slice(0, maxName)

const ending = ({ workers }: Pick<FarmJob, 'workers'>): 'sh' | 'bat' => (workers.os === 'windows' ? 'bat' : 'sh')

/** Below the export's folder. */
export const sceneFile = (job: Pick<FarmJob, 'workers'>, node: FarmNode): string =>
  `${scenesFolder}/${node.position}_${sceneName(node)}.${ending(job)}`

export const runner = { sh: `${scenesFolder}/run.sh`, bat: `${scenesFolder}/run.py` } as const

/** `folder` as workers see it. */
const sceneLine = (folder: string, position: number, script: string): string =>
  `/bin/sh '${folder}/${runner.sh}' ${position} ${script} $1 $2 $3\n`

const batchLine = (position: number, script: string): string =>
  `@python "%~dp0run.py" ${position} ${script} %1 %2 %3\r\n`

export function sceneFiles(job: FarmJob, folder: string): FarmFile[] {
  const kind = ending(job)
  const scenes = job.nodes.map((node): FarmFile => {
    const script = scriptOf(job, node, scriptKind(job).ending)
    const text =
      kind === 'sh' ? `#!/bin/sh\n${sceneLine(folder, node.position, script)}` : batchLine(node.position, script)
    return { path: sceneFile(job, node), text, executable: kind === 'sh' }
  })
  return [
    ...scenes,
    kind === 'sh' ? { path: runner.sh, text: runInShell, executable: true } : { path: runner.bat, text: runInPython }
  ]
}

/** The path of a scene's folder in the form that its system has: the first part as it is, the rest behind `\` on Windows. */
export const sceneIn = (folder: string, path: string): string => mapped(`/${path}`, [{ from: '/', to: folder }])

const runInShell = `#!/bin/sh
# Runs tasks of a node, one after the other: run.sh NODE commands/N.sh FIRST LAST STEP [RUN]
folder=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd) || exit 1
first=\${3%%.*} last=\${4%%.*} step=\${5%%.*}
case /$first/$last/$step/ in
  *//* | *[!0-9/]*)
    printf '%s\\n' "backlot: Royal Render said no frames: $*" >&2
    exit 1
    ;;
esac
while [ "$first" -le "$last" ]; do
  /bin/sh "$folder/$2" "$1/$first" "\${6-}" || exit
  first=$((first + step))
done
`

const runInPython = `"""Runs tasks of a node, one after the other: run.py NODE commands/N.py FIRST LAST STEP [RUN]"""
import os
import subprocess
import sys

folder = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
node, script, *numbers = sys.argv[1:6]
run = sys.argv[6:7]
try:
    first, last, step = (int(float(one)) for one in numbers)
except ValueError:
    sys.exit('backlot: Royal Render said no frames: ' + ' '.join(sys.argv[1:]))
for number in range(first, last + 1, max(1, step)):
    code = subprocess.call([sys.executable, os.path.join(folder, script), '%s/%d' % (node, number), *run])
    if code:
        sys.exit(code)
`
