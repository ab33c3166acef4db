#!/bin/bash
# clang-format, cppcheck, each header alone, shell syntax, what the documents
# name. Warnings are errors.
set -u
cd "$(dirname "$0")/.."
fail=0
mapfile -t sources < <(git ls-files '*.c' '*.h')

echo "lint: clang-format (${#sources[@]} files)"
clang-format-14 --dry-run -Werror "${sources[@]}" || fail=1

echo "lint: headers alone"
for h in $(git ls-files 'lib/*.h'); do
	[ "$h" = lib/metrics/define.h ] && continue
	printf '#include "%s"\n#include "%s"\n' "${h#lib/}" "${h#lib/}" |
		gcc -std=c11 -D_GNU_SOURCE -Ilib -Ibuild/gen -Wall -Werror \
			-fsyntax-only $(pkg-config --cflags libpq libuv) -x c - || fail=1
done

echo "lint: cppcheck"
cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr -j2 \
	--enable=warning,performance,portability -Ilib -D_GNU_SOURCE \
	--suppress=missingInclude --suppress=preprocessorErrorDirective \
	$(git ls-files 'lib/*.c' 'services/*.c' 'tools/*.c') || fail=1

echo "lint: shell and python syntax"
for f in $(git ls-files); do
	case $(head -c 20 "$f" 2>/dev/null | head -n 1 | tr -d "\0") in
	'#!/bin/bash') bash -n "$f" || fail=1 ;;
	'#!/usr/bin/python3') /usr/bin/python3 -c "import ast,sys;ast.parse(open(sys.argv[1]).read())" "$f" || fail=1 ;;
	esac
done 2>&1

echo "lint: documents"
tests/docs.py || fail=1
[ $fail = 0 ] && echo "lint: clean"
exit $fail
