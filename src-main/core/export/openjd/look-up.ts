/** From the frames that an engine hands to a command to the task that has them. */

/** Which frames each of a node's tasks has, a line a task; below the export's folder. */
export const framesFile = (position: number): string => `nodes/${position}.frames`

export const framesScript = { sh: 'commands/frames.sh', py: 'commands/frames.py' } as const

/**
 * POSIX sh. An engine's wording of frames is read as the set that it means: `1,2-8:2`, `1-2,4-8:2` and `1,2,4,6,8` are
 * one. No task with just these frames is an error: nothing is rendered twice or not at all by a guess.
 */
export const lookUp = `#!/bin/sh
# Runs the task that has these frames: sh commands/frames.sh commands/0.sh NODE 1-9:2,20 [RUN]
cd "$(dirname "$0")/.." || exit 1
place=$(asked=$3 LC_ALL=C awk '
  function refuse() { bad = 1; exit }
  function take(piece,   first, last, step) {
    if (piece !~ /^-?[0-9]+(--?[0-9]+(:-?[0-9]+)?)?$/) refuse()
    match(piece, /^-?[0-9]+/)
    first = last = substr(piece, 1, RLENGTH) + 0
    piece = substr(piece, RLENGTH + 2)
    if (match(piece, /^-?[0-9]+/)) last = substr(piece, 1, RLENGTH) + 0
    step = match(piece, /:/) ? substr(piece, RSTART + 1) + 0 : 1
    if (step == 0) refuse()
    for (; step > 0 ? first <= last : first >= last; first += step) put(first)
  }
  function put(frame,   i) {
    for (i = count++; i > 0 && frames[i - 1] > frame; i--) frames[i] = frames[i - 1]
    frames[i] = frame
  }
  BEGIN {
    n = split(ENVIRON["asked"], pieces, ",")
    for (p = 1; p <= n; p++) take(pieces[p])
    for (i = 0; i < count; i++) text = text (i ? "," : "") sprintf("%.0f", frames[i])
  }
  $0 == text { print NR - 1; exit }
' "nodes/$2.frames")
if [ -z "$place" ]; then
  printf '%s\\n' "backlot: no task of node $2 has just the frames $3: they were cut otherwise than template.yaml says" >&2
  exit 1
fi
exec /bin/sh "$1" "$2/$place" "$4"
`
