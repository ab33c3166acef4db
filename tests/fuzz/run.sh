#!/bin/bash
# Run fuzz targets: run.sh SECONDS TARGET..., as many at once as there are
# cores. Seeds are in tests/fuzz/seeds/<target>/; what a run learns stays in
# build/fuzz/corpus/. Closes with one line: N passed, N failed.
# An input that was too slow is tried again by itself: a machine that stood
# still for 10 s is no fault of the target, which then goes on once more.
set -u
cd "$(dirname "$0")/../.."
seconds=$1
shift
mkdir -p build/fuzz/log

fuzz()
{
	local corpus=build/fuzz/corpus/$name seeds=tests/fuzz/seeds/$name

	mkdir -p "$corpus"
	[ -d "$seeds" ] || seeds=
	# shellcheck disable=SC2086
	"$2" -max_total_time="$1" -timeout=10 -rss_limit_mb=1024 \
		-artifact_prefix="build/fuzz/crash-$name-" -print_final_stats=1 \
		"$corpus" $seeds >"$log" 2>&1
}

# Did it end for slowness that is not there when the input is run alone?
stalled()
{
	local slow

	slow=$(sed -n 's/^artifact_prefix=.*Test unit written to \(.*timeout-.*\)/\1/p' "$log")
	[ -n "$slow" ] && "$1" -timeout=10 "$slow" >/dev/null 2>&1 && rm "$slow"
}

one()
{
	local name=${2##*/fuzz_} log

	log=build/fuzz/log/$name
	if fuzz "$@" || { stalled "$2" && fuzz "$@"; }; then
		printf 'ok   %-16s %s runs\n' "$name" \
			"$(sed -n 's/^stat::number_of_executed_units: //p' "$log")"
	else
		echo "FAIL $name (build/fuzz/crash-$name-*)"
		tail -n 30 "$log"
	fi
}
export -f fuzz stalled one

out=$(printf '%s\0' "$@" | xargs -0 -P "$(nproc)" -I{} bash -c 'one "$@"' _ "$seconds" {})
echo "$out"
passed=$(grep -c '^ok ' <<<"$out")
failed=$(($# - passed))
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
