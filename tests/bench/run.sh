#!/bin/bash
# All benches, one after the other; results in build/bench/*.json.
set -eu
cd "$(dirname "$0")/../.."
for b in ${BENCH:-turns calls}; do
	/usr/bin/python3 "tests/bench/$b.py"
done
ls build/bench/*.json
