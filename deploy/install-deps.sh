#!/bin/bash
# Install what Yinhu needs on Debian 12. Says and does nothing when all of it
# is there; needs root or sudo only when something is missing.
#
#   deploy/install-deps.sh [--list] [GROUP...]
#
# Groups: build run test web chart (the default: these five),
#         asr-train (for `make asr-model`), images (for `make images`).
# --list only prints the missing packages.
set -euo pipefail

PATH=$PATH:/usr/sbin:/sbin

build="build-essential pkg-config git clang-format-14
	libuv1-dev libnats-dev libprotobuf-c-dev protobuf-c-compiler
	protobuf-compiler libprotobuf-dev libh2o-dev libhiredis-dev libpq-dev
	libsofia-sip-ua-dev libsrtp2-dev libre-dev pocketsphinx
	libpocketsphinx-dev libsphinxbase-dev libespeak-ng-dev libhyperscan-dev libpcre2-dev
	liblinear-dev libcyaml-dev libyaml-dev libjansson-dev libssl-dev
	libcurl4-openssl-dev libwslay-dev zlib1g-dev python3 python3-yaml"
run="nats-server redis-server postgresql postgresql-client espeak-ng
	espeak-ng-data jq curl sox python3 procps util-linux"
test="libcriterion-dev sip-tester baresip kamailio rtpengine-daemon chromium fonts-noto-cjk clang-14
	clang-tidy-14 libclang-rt-14-dev cppcheck valgrind python3-yaml
	python3-jsonschema spin faketime"
web=""
chart="git ca-certificates python3-yaml python3-pip prometheus"
asr_train="sphinxtrain sphinxbase-utils espeak-ng sox"
images="buildah debootstrap"

die()
{
	echo "install-deps: $*" >&2
	exit 1
}

# version_ge HAVE WANT
version_ge()
{
	[ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

# A tool that is on PATH and new enough need not come from Debian.
have_node()
{
	command -v node npm >/dev/null && version_ge "$(node -p \
		process.versions.node 2>/dev/null || echo 0)" 18
}

have_go()
{
	command -v go >/dev/null && version_ge "$(go env GOVERSION \
		2>/dev/null | sed 's/^go//')" 1.19
}

packages_of()
{
	case $1 in
	build) echo "$build" && cipher_library ;;
	run) echo "$run" ;;
	test) echo "$test" ;;
	web) echo "$web" && { have_node || echo nodejs npm; } ;;
	chart) echo "$chart" && { have_go || echo golang-go; } ;;
	asr-train) echo "$asr_train" ;;
	images) echo "$images" ;;
	*) die "unknown group '$1'; see the head of $0" ;;
	esac
}

# Only where Debian has it; without it OpenSSL does the work.
cipher_library()
{
	[ "$(dpkg --print-architecture)" != amd64 ] || echo libipsec-mb-dev
}

# Reads package names, prints those that are not installed.
missing()
{
	tr -s ' \t\n' '\n' | sed '/^$/d' | sort -u >"$tmp/want"
	xargs dpkg-query -W -f '${db:Status-Status} ${Package}\n' \
		<"$tmp/want" 2>/dev/null |
		sed -n 's/^installed //p' | sort -u >"$tmp/have" || true
	comm -23 "$tmp/want" "$tmp/have"
}

as_root()
{
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

# Servers that come new must not start, nor take the standard ports: we run
# our own under .run/. A policy-rc.d that is there already comes back after.
keep_servers_down()
{
	local p=/usr/sbin/policy-rc.d

	trap 'servers_may_start; rm -rf "$tmp"' EXIT
	if [ -e $p ]; then
		as_root mv -f $p $p.before-yinhu
	fi
	printf '#!/bin/sh\nexit 101\n' | as_root tee $p >/dev/null
	as_root chmod 755 $p
}

servers_may_start()
{
	local p=/usr/sbin/policy-rc.d

	as_root rm -f $p
	if [ -e $p.before-yinhu ]; then
		as_root mv -f $p.before-yinhu $p
	fi
}

# Only those we brought: a server that was here before stays as it was.
disable_new_servers()
{
	local s

	command -v systemctl >/dev/null || return 0
	for s in nats-server redis-server postgresql prometheus \
		prometheus-node-exporter; do
		if grep -qx "$s" "$tmp/new"; then
			as_root systemctl disable -q "$s" 2>/dev/null || true
		fi
	done
}

apt()
{
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -q \
		-o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 "$@" </dev/null
}

install_new()
{
	local new

	mapfile -t new <"$tmp/new"
	if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
		die "these packages are missing, and neither root nor sudo is" \
			"at hand; as root, run:
  apt-get install --no-install-recommends ${new[*]}"
	fi
	command -v apt-get >/dev/null || die "no apt-get: this is not Debian"
	echo "install-deps: installing ${#new[@]} packages: ${new[*]}"
	keep_servers_down
	if ! { apt update &&
		apt install -y --no-install-recommends "${new[@]}"; } \
		>"$tmp/apt.log" 2>&1; then
		tail -n 30 "$tmp/apt.log" >&2
		die "apt-get failed, its last words are above"
	fi
	disable_new_servers
}

main()
{
	local list=no g

	tmp=$(mktemp -d)
	trap 'rm -rf "$tmp"' EXIT
	if [ "${1:-}" = --list ]; then
		list=yes
		shift
	fi
	[ $# -gt 0 ] || set -- build run test web chart
	for g in "$@"; do
		packages_of "$g" >>"$tmp/all"
	done
	missing <"$tmp/all" >"$tmp/new"
	if [ $list = yes ]; then
		cat "$tmp/new"
	elif [ -s "$tmp/new" ]; then
		install_new
	fi
}

main "$@"
