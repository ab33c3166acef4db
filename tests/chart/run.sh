#!/bin/bash
# make chart-test: the chart and the plain manifests, with the real helm.
# Ends with one line: N passed, N failed.
set -euo pipefail
cd "$(dirname "$0")/../.."
tests/chart/tools.sh
exec /usr/bin/python3 tests/chart/check.py
