/** The script that submits the jobs from wherever their folder lies. */
import { elsewhereInPython, inPython } from '../elsewhere.ts'
import type { Workers } from '../farm.ts'
import type { Need } from '../needs.ts'
import { beginsInPython } from '../submission-script.ts'
import { jobFile, options } from './job.ts'
import { runner, scenesFolder } from './scenes.ts'

/** Its folder, or its program that submits. */
const [rootVariable, consoleVariable] = ['RR_ROOT', 'RR_SUBMITTERCONSOLE'] as const

export const needs: readonly Need[] = [
  { what: 'the place where Royal Render is', option: null, variables: [rootVariable, consoleVariable] }
]

/** What the jobs are made of; other submitter options are people's to say. */
const ours = options.map((one) => one.replace(/=.*/, '').toLowerCase())

const head = `#!/bin/sh
# Submits this job to Royal Render from the folder that it lies in now: sh submit.sh [--print] [OPTION=n~VALUE]...
#   --print          shows what would be submitted
#   OPTION=n~VALUE   of the rrSubmitter, for every job, as in CompanyProjectName=0~film or Priority=1~60
# The scenes, results and logs of a submission are in a folder of its own in runs/.
# In the environment:
#   ${rootVariable}               Royal Render's folder, for its bin/lx64/rrStartLocal rrSubmitterconsole
#   ${consoleVariable}   or the rrSubmitterconsole itself
#   PYTHON                else python3
folder=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 1
exec "\${PYTHON-python3}" - "$folder" "$@" << 'END'
import getpass
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from xml.dom import minidom

`

const tail = `

OURS = ${inPython(ours)}

${beginsInPython}


folder, *said = sys.argv[1:]
printed = said[:1] == ['--print']
if printed:
    said.pop(0)
for one in said:
    if not re.match(r'\\w+=[01]~', one) or one.split('=')[0].lower() in OURS:
        sys.exit('usage: sh submit.sh [--print] [OPTION=n~VALUE]...; not to be said here: ' + one)
there = elsewhere(folder)
if there is None:
    there = folder
if re.search('[\\\\x00-\\\\x1f"\\'$\`!<>%]', there):
    sys.exit('Royal Render and shells take no quotes, $ \` ! < > % in a path: move ' + folder)
slash = '\\\\' if there[1:2] == ':' or there.startswith('\\\\\\\\') else '/'

with open(os.path.join(folder, '${jobFile}'), encoding='utf-8') as file:
    document = minidom.parse(file)
if printed:
    for scene in document.getElementsByTagName('SceneName'):
        name = re.split(r'[\\\\/]', scene.firstChild.data)[-1]
        scene.firstChild.data = slash.join([there, '${scenesFolder}', name])
    sys.stdout.write(document.toxml('utf-8').decode() + '\\n')
    sys.exit()

console = os.environ.get('${consoleVariable}')
root = os.environ.get('${rootVariable}')
if console:
    command = [console]
elif root:
    command = [os.path.join(root, 'bin', 'lx64', 'rrStartLocal'), 'rrSubmitterconsole']
else:
    sys.exit('say where Royal Render is: ${rootVariable}=FOLDER sh submit.sh')
root, run = begun('royalrender', os.path.basename(folder))
os.mkdir(os.path.join(root, '${scenesFolder}'))
for scene in document.getElementsByTagName('SceneName'):
    # a scene of this submission: it says its folder and its run
    name = re.split(r'[\\\\/]', scene.firstChild.data)[-1]
    with open(os.path.join(folder, '${scenesFolder}', name), encoding='utf-8', newline='') as file:
        text = file.read()
    text = re.sub("^/bin/sh '.*/${runner.sh}'", lambda _: "/bin/sh '%s/${runner.sh}'" % there, text, flags=re.M)
    text = text.replace('%~dp0', '%~dp0..\\\\..\\\\..\\\\${scenesFolder}\\\\')
    end = text[len(text.rstrip()):]
    own = os.path.join(root, '${scenesFolder}', name)
    with open(own, 'w', encoding='utf-8', newline='') as file:
        file.write(text.rstrip() + ' ' + run + end)
    os.chmod(own, 0o755)
    scene.firstChild.data = slash.join([there, 'runs', run, '${scenesFolder}', name])
with tempfile.TemporaryDirectory() as work:
    path = os.path.join(work, 'backlot.xml')
    with open(path, 'wb') as file:
        file.write(document.toxml('utf-8'))
    try:
        code = subprocess.call([*command, path, *said])
    except OSError as error:
        refuse('%s does not start: %s' % (command[0], error), root)
if code != 0:
    shutil.rmtree(root)
sys.exit(code)
END
`

/**
 * POSIX sh around Python's own library. The submission is changed as XML, not as text. Its scenes, which name the folder and
 * the run, are made with each submission.
 */
export const submitScript = ({ paths }: Pick<Workers, 'paths'>): string => `${head}${elsewhereInPython(paths)}${tail}`
