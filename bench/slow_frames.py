"""Stands in for a render: it takes START seconds to start and EACH seconds a frame. slow_frames.py START EACH TASK.json"""
import json
import sys
import time

start, each, path = float(sys.argv[1]), float(sys.argv[2]), sys.argv[3]
with open(path) as source:
    frames = json.load(source)["frames"]
time.sleep(start + each * len(frames or []))
