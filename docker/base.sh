#!/bin/bash
# Make the base image from Debian's packages alone, where no registry can be
# reached: debootstrap's smallest variant with the security updates, from the
# mirrors that this machine itself uses. Once; needs root or sudo.
set -euo pipefail
cd "$(dirname "$0")/.."

out=$PWD/build/images
image=localhost/yinhu-base:bookworm

store()
{
	buildah --storage-driver vfs --root "$out/store" \
		--runroot "$out/run" "$@"
}

# Lines for sources.list: Debian's own suites only.
sources()
{
	apt-get indextargets --format \
		'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
		awk '$3 ~ /^bookworm(-updates|-security)?(\/updates)?$/ &&
		     $4 == "main" && !seen[$0]++'
}

if store inspect --type image $image >/dev/null 2>&1; then
	exit 0
fi
[ "$(id -u)" = 0 ] || exec sudo --preserve-env=PATH "$0"
deploy/install-deps.sh images
echo "images: making the base from Debian's packages"
mirror=$(sources | awk '$3 == "bookworm" { print $2; exit }')
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"
if ! debootstrap --variant=minbase --include=ca-certificates,tzdata bookworm \
	"$root" "${mirror:-http://deb.debian.org/debian}" >"$out/base.log" 2>&1
then
	tail -n 20 "$out/base.log" >&2
	exit 1
fi
sources >"$root/etc/apt/sources.list"
rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* \
	"$root"/usr/share/{doc,man,locale}/* "$root"/var/log/*.log

c=$(store from scratch)
store copy -q "$c" "$root" / >/dev/null
store run --isolation chroot "$c" -- sh -c \
	'apt-get -q update && DEBIAN_FRONTEND=noninteractive \
	apt-get -q -y dist-upgrade && rm -rf /var/lib/apt/lists/* \
	/var/cache/apt/*' >>"$out/base.log" 2>&1
store commit -q --rm "$c" $image >/dev/null
