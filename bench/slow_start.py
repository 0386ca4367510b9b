"""Stands in for a DCC: it takes three seconds to start, then it is Python."""
import runpy
import sys
import time

time.sleep(3)
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
