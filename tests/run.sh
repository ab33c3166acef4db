#!/bin/bash
# Run all tests and close with one line: N passed, N failed.
#
# Environment: BIN (programs), UNIT (Criterion binaries), FLAVOUR,
# SUITES="unit integration interop e2e fault" to choose; fault, the long tests of
# load and death, only runs when it is named. A sanitizer's report fails the
# run, since Criterion does not fail on leaks.
set -u
cd "$(dirname "$0")/.."
out=build/test-$FLAVOUR${SUITES:+-${SUITES// /-}}
rm -rf "$out"
mkdir -p "$out/san"
export ASAN_OPTIONS="log_path=$PWD/$out/san/asan:detect_leaks=1:strict_string_checks=1"
export UBSAN_OPTIONS="log_path=$PWD/$out/san/ubsan:print_stacktrace=1"
export LSAN_OPTIONS="suppressions=$PWD/tests/lsan.supp:print_suppressions=0"
export YINHU_BIN=$PWD/$BIN YINHU_UNIT=$PWD/build/$FLAVOUR/tests FLAVOUR
suites=${SUITES:-unit e2e interop integration}
passed=0 failed=0

note() { printf '\n== %s\n' "$*"; }

# unit_one BINARY LOG: a line when all is well, else what it said. The log ends
# in its exit code.
unit_one()
{
	local tested ok code

	mkdir -p "$(dirname "$2")"
	timeout 300 "$1" -j1 >"$2" 2>&1
	code=$?
	echo "exit $code" >>"$2"
	if [ $code = 0 ]; then
		read -r tested ok _ <<<"$(count_unit "$2")"
		printf 'ok   %-36s %s tests\n' "${1#build/*/tests/}" "${ok:-0}"
	else
		echo "FAIL ${1#build/*/tests/}"
		tail -n 40 "$2"
	fi
}

# How many were tested, passed, failed and crashed, as Criterion says.
count_unit()
{
	sed 's/\x1b\[[0-9;]*m//g' "$1" |
		sed -n 's/.*Tested: \([0-9]*\) | Passing: \([0-9]*\) | Failing: \([0-9]*\) | Crashing: \([0-9]*\).*/\1 \2 \3 \4/p' |
		tail -n 1
}
export -f unit_one count_unit

# Two binaries at a time, one test each: Criterion 2.4 sometimes leaks a record
# of its own with two workers. Services come before the library: theirs are the
# long ones.
unit()
{
	local t log tested ok bad crash

	for t in $(printf '%s\n' $UNIT | sort -r); do
		printf '%s\0' "$t" "$out/${t#build/*/tests/}.log"
	done | xargs -0 -n 2 -P 2 bash -c 'unit_one "$@"' _

	for t in $UNIT; do
		log=$out/${t#build/*/tests/}.log
		read -r tested ok bad crash <<<"$(count_unit "$log")"
		passed=$((passed + ${ok:-0}))
		failed=$((failed + ${bad:-0} + ${crash:-0}))
		# It died before it could count, or after.
		[ "$(tail -n 1 "$log")" = "exit 0" ] ||
			[ "$((${bad:-0} + ${crash:-0}))" -gt 0 ] ||
			failed=$((failed + 1))
	done
}

# one SCRIPT LOG: what it says is shown when it has ended.
one()
{
	local begin=$SECONDS

	timeout 1500 "$1" >"$2" 2>&1
	note "$1 ($((SECONDS - begin)) s)"
	cat "$2"
}
export -f note one

# Each script is a suite; its last line says "N passed, N failed". They have
# servers and peers of their own and, but for those of load and death, wait more
# than they work. The longest come first.
scripts()
{
	local s t log line jobs=2

	[ "$*" != fault ] || jobs=1
	for s in "$@"; do
		for t in tests/"$s"/test_*; do
			[ ! -x "$t" ] || printf '%s\0' "$t" "$out/$s-${t##*/}.log"
		done
	done | xargs -0 -n 2 -P $jobs bash -c 'one "$@"' _

	for log in "$out"/*-test_*.log; do
		line=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1)
		if [ -z "$line" ]; then
			failed=$((failed + 1))
			echo "FAIL $log: it did not finish"
		else
			passed=$((passed + $(echo "$line" | cut -d' ' -f1)))
			failed=$((failed + $(echo "$line" | cut -d' ' -f3)))
		fi
	done
}

scripted=
for s in e2e interop integration fault; do
	[[ " $suites " != *" $s "* ]] || scripted+=" $s"
done
if [[ " $suites " == *" unit "* ]]; then
	note "unit tests ($FLAVOUR)"
	unit
fi
if [ -n "$scripted" ]; then
	note "tests of$scripted ($FLAVOUR), after $SECONDS s"
	scripts $scripted
fi

if ls "$out"/san/* >/dev/null 2>&1; then
	note "sanitizer reports"
	head -n 60 "$out"/san/*
	failed=$((failed + 1))
fi
echo
echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
