"""What the evaluator makes of frames: `python3 frames_given.py FOLDER` reads [[value, only], ...] and writes
[[frames, error], ...], values as JSON texts."""
import json
import sys

sys.path.insert(0, sys.argv[1])
import backlot_evaluate  # noqa: E402


def tried(value, only):
    try:
        return [json.dumps(backlot_evaluate.frames_given(value, only)), None]
    except backlot_evaluate.Failure as failure:
        return [None, str(failure)]


cases = [[json.loads(text) for text in case] for case in json.load(sys.stdin)]
json.dump([tried(*case) for case in cases], sys.stdout)
