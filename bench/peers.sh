#!/bin/sh
# Brings the peers that `npm run bench` compares with: ninja, GNU parallel, make, and a venv with flowpipe and openjd.
set -e
here=$(cd "$(dirname "$0")" && pwd)
if ! { command -v ninja && command -v parallel && command -v make; } > /dev/null; then
  apt-get update
  apt-get install -y ninja-build parallel make
fi
if [ ! -x "$here/venv/bin/openjd" ]; then
  python3 -m venv "$here/venv"
  "$here/venv/bin/pip" install --quiet --disable-pip-version-check flowpipe==1.3.0 typing_extensions openjd-cli==0.8.0
fi
