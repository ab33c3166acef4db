#!/bin/bash
# Render the chart into k8s/base/yinhu.yaml, for sites without helm.
#   k8s/render.sh           write it
#   k8s/render.sh --check   exit 1 unless it is current
set -euo pipefail
cd "$(dirname "$0")/.."

helm=build/tools/helm
[ -x $helm ] || tests/chart/tools.sh
render()
{
	echo "# Rendered from deploy/helm/yinhu by k8s/render.sh; do not edit."
	$helm template yinhu deploy/helm/yinhu --namespace yinhu \
		--values k8s/values.yaml --skip-tests
}

if [ "${1:-}" = --check ]; then
	render | diff -u k8s/base/yinhu.yaml - ||
		{ echo "k8s/base is old: run k8s/render.sh" && exit 1; } >&2
else
	render >k8s/base/yinhu.yaml
fi
