#!/bin/bash
# Build the images of the services from what `make` has built on Debian 12.
#
#   docker/build.sh [SERVICE...]        (default: all that are in build/bin)
#
# Environment:
#   ENGINE   docker, podman or buildah; default: the first that works
#   BASE     base image; with buildah the default is made by docker/base.sh
#            from Debian's packages, so that no registry is needed
#   TAG      default: the version that git describes
#   PREFIX   default: yinhu; the image is $PREFIX/<service>:$TAG
#
# With buildah (no daemon, no privileges of the kernel: chroot isolation) the
# store is build/images/store, and each image is written as an archive that
# `docker load` reads: build/images/<service>.tar.
set -euo pipefail
cd "$(dirname "$0")/.."

bin=build/bin
out=$PWD/build/images
TAG=${TAG:-$(git describe --tags --always 2>/dev/null || echo 0.1.0)}
PREFIX=${PREFIX:-yinhu}

die()
{
	echo "images: $*" >&2
	exit 1
}

choose_engine()
{
	local e

	for e in docker podman; do
		command -v $e >/dev/null && $e info >/dev/null 2>&1 &&
			echo $e && return
	done
	command -v buildah >/dev/null || deploy/install-deps.sh images >&2
	echo buildah
}

# Debian packages of the libraries that a program asks for itself; theirs
# come with them.
packages_of()
{
	readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' |
		while read -r so; do
			ldd "$1" | awk -v so="$so" '$1 == so { print $3 }'
		done | grep / | xargs realpath |
		xargs dpkg-query -S 2>/dev/null | sed 's/:.*//' | sort -u |
		xargs
}

# The files that a service reads: the defaults of its settings say it.
files_of()
{
	env -i "$bin/$1" --print-config |
		sed -n 's/^[a-z_]*: "\(build\/[^"]*\)"$/\1/p'
}

# context SERVICE: lay out root/, world-readable, under build/images.
context()
{
	local root=$out/context/$1/root f

	rm -rf "$out/context/$1"
	install -D -m 755 -s "$bin/$1" "$root/usr/bin/yinhu-$1"
	for f in $(files_of "$1"); do
		[ -e "$f" ] || die "$1 needs $f: run make"
		mkdir -p "$root/opt/yinhu/$(dirname "$f")"
		cp -r "$f" "$root/opt/yinhu/$f"
	done
	chmod -R a+rX,go-w "$root"
}

build()
{
	local image=$PREFIX/$1:$TAG
	local args=(-f docker/Dockerfile --build-arg "SERVICE=$1"
		--build-arg "PACKAGES=$(packages_of "$bin/$1")"
		--build-arg "VERSION=$TAG" -t "$image")

	[ -x "$bin/$1" ] || die "no $bin/$1: run make"
	context "$1"
	[ -z "${BASE:-}" ] || args+=(--build-arg "BASE=$BASE")
	echo "images: $image"
	case $ENGINE in
	buildah)
		store bud --isolation chroot "${args[@]}" "$out/context/$1" \
			>"$out/$1.log" 2>&1 || failed "$1"
		rm -f "$out/$1.tar"
		store push -q "$image" "docker-archive:$out/$1.tar:$image" \
			>>"$out/$1.log" 2>&1 || failed "$1"
		;;
	*)
		"$ENGINE" build "${args[@]}" "$out/context/$1" \
			>"$out/$1.log" 2>&1 || failed "$1"
		;;
	esac
}

failed()
{
	tail -n 20 "$out/$1.log" >&2
	die "$1 failed, see $out/$1.log"
}

store()
{
	buildah --storage-driver vfs --root "$out/store" \
		--runroot "$out/run" "$@"
}

ENGINE=${ENGINE:-$(choose_engine)}
mkdir -p "$out"
if [ $# = 0 ]; then
	for s in services/*/; do
		s=$(basename "$s")
		[ ! -x "$bin/$s" ] || set -- "$@" "$s"
	done
fi
[ $# -gt 0 ] || die "nothing in $bin: run make"
if [ "$ENGINE" = buildah ] && [ -z "${BASE:-}" ]; then
	docker/base.sh
	BASE=localhost/yinhu-base:bookworm
fi
for s in "$@"; do
	build "$s"
done
echo "images: $# built with $ENGINE"
