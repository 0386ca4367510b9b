#!/bin/sh
# Stands in for a render: it takes START seconds to start and EACH seconds a frame. slow_frames.sh START EACH TASK.json
# The task file's last "frames" is the batch's own (docs/protocol.md); a whole node has null there.
exec sleep "$(awk -v start="$1" -v each="$2" '
  { text = text $0 }
  END {
    count = 0
    while (match(text, /"frames": *\[[^]]*\]/)) {
      count = split(substr(text, RSTART, RLENGTH), frames, ",")
      text = substr(text, RSTART + RLENGTH)
    }
    print start + each * count
  }' "$3")"
