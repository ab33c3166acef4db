#!/bin/bash
# The ledger's protocol under spin: the model holds, and each seeded bug is
# found. Closes with "N passed, N failed".
set -u
cd "$(dirname "$0")"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
passed=0 failed=0

# check NAME [-DBUG]: exit status 0 = no error, 1 = a trail, 2 = not complete.
check()
{
	(
		cd "$out" || exit 2
		spin -a "${@:2}" "$OLDPWD/ledger.pml" >spin.log 2>&1 &&
			gcc -O2 -w -DSAFETY \
				-o pan pan.c >>spin.log 2>&1 || exit 2
		rm -f ./*.trail
		timeout 120 ./pan -m200000 -w24 -n >"$1.log" 2>&1 || exit 2
		grep -q 'max search depth too small' "$1.log" && exit 2
		grep -q 'errors: 0' "$1.log" && exit 0
		exit 1
	)
}

say()
{
	if [ "$1" = "$2" ]; then
		passed=$((passed + 1))
		echo "ok   $3"
	else
		failed=$((failed + 1))
		echo "FAIL $3"
		tail -n 20 "$out/spin.log" "$out/$4.log"
	fi
}

check whole
say $? 0 "the protocol holds: $(sed -n \
	's/^ *\([0-9.e+]*\) states, stored.*/\1 states/p' "$out/whole.log")" whole
for bug in FLIGHT CAP FENCE REST FRESH REDIAL LOST; do
	check "$bug" "-DBUG_$bug"
	say $? 1 "the seeded bug $bug is found" $bug
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
