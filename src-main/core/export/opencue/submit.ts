/** The script that submits the spec from wherever its folder lies. */
import { folderVariable, publicId, specFile } from './spec.ts'

/**
 * POSIX sh around a Python that has OpenCue's client. The spec is changed as XML, not as text: a folder may be called
 * what it likes.
 */
export const submitScript = `#!/bin/sh
# Submits this job to OpenCue from the folder that it lies in now: sh submit.sh SHOW SHOT
# or, to see the spec and submit nothing:                          sh submit.sh --print SHOW SHOT
# In the environment:
#   SHOW, SHOT     in place of the arguments
#   FACILITY       where it shall run; else the cuebot decides
#   CUE_USER       whose job it is; else yours. cuebot takes none of root's
#   CUEBOT_HOSTS   which cuebot; else what OpenCue's own configuration says
#   PYTHON         a Python that has opencue_pycue; else python3
mode=submit
if [ "\${1-}" = --print ]; then
  mode=print
  shift
fi
case \${1-}\${2-} in -*) set -- refused refused refused ;; esac
if [ $# -gt 2 ]; then
  echo 'usage: sh submit.sh [--print] SHOW SHOT; it takes no other options: say them in CueGUI, or in job.xml' >&2
  exit 2
fi
show=\${1-\${SHOW-}}
shot=\${2-\${SHOT-}}
user=\${CUE_USER-$(id -un)}
uid=$(id -u "$user" 2> /dev/null)
folder=$(cd "$(dirname "$0")" && pwd) || exit 1
exec "\${PYTHON-python3}" - "$mode" "$folder" "$show" "$shot" "$user" "$uid" "\${FACILITY-}" << 'END'
import re
import sys
from xml.dom import minidom

mode, folder, show, shot, user, uid, facility = sys.argv[1:]
if show == '' or not re.match(r'[A-Za-z0-9_.-]{3,}$', shot):
    sys.exit('usage: sh submit.sh [--print] SHOW SHOT; a shot has 3 characters or more of A-Z a-z 0-9 _ . -')
if user in ('', 'root'):
    sys.exit('cuebot takes no job of root: say whose it is with CUE_USER')

spec = minidom.parse(folder + '/${specFile}')
spec.doctype.publicId = '${publicId}'  # the parser makes one space of two


def put(tag, text):
    element = spec.getElementsByTagName(tag)[0]
    while element.firstChild:
        element.removeChild(element.firstChild)
    element.appendChild(spec.createTextNode(text))
    return element


def add(tag, text, before):
    element = spec.createElement(tag)
    element.appendChild(spec.createTextNode(text))
    spec.documentElement.insertBefore(element, before)


put('key', folder)  # ${folderVariable}, the only one
put('shot', shot)
after_user = put('user', user).nextSibling
if uid != '':
    add('uid', uid, after_user)
show_element = put('show', show)
if facility != '':
    add('facility', facility, show_element)
text = spec.toxml()
if mode == 'print':
    print(text)
    sys.exit()

try:
    import opencue.api
except ImportError as error:
    sys.exit('%s has no OpenCue: %s; pip install opencue_pycue, or say another with PYTHON' % (sys.executable, error))
try:
    jobs = opencue.api.launchSpecAndWait(text)
except Exception as error:
    sys.exit('cuebot took nothing: %s' % error)
for job in jobs:
    print(job.name())
END
`
