#!/usr/bin/python3
"""Make kubeconform schemas from the wheel of PyPI's kubernetes-validate.

  schemas.py WHEEL OUT VERSION...

The wheel ships the strict JSON schemas of each Kubernetes version, but with
references to a place on the web. Here each kind becomes one file with all
that it refers to inside: OUT/v<VERSION>/<kind>-<group>-<version>.json.
"""
import json
import re
import sys
import zipfile
from pathlib import Path

KINDS = ("configmap-v1", "deployment-apps-v1", "job-batch-v1",
         "networkpolicy-networking-v1", "pod-v1",
         "poddisruptionbudget-policy-v1", "service-v1", "serviceaccount-v1",
         "statefulset-apps-v1")
REF = re.compile(r'"\$ref": "[^"#]*#/\$defs/([^"]+)"')


def bundle(kind, definitions):
    """One schema with the definitions that it reaches."""
    kind.pop("$id", None)
    found, todo = {}, set(REF.findall(json.dumps(kind)))
    while todo:
        name = todo.pop()
        found[name] = definitions[name]
        todo |= set(REF.findall(json.dumps(found[name]))) - found.keys()
    return REF.sub(r'"$ref": "#/$defs/\1"',
                   json.dumps(dict(kind, **{"$defs": found})))


def main():
    wheel, out, *versions = sys.argv[1:]
    with zipfile.ZipFile(wheel) as archive:
        for version in versions:
            top = ("kubernetes_validate/kubernetes-json-schema/"
                   f"v{version}-local-strict/")
            definitions = json.loads(
                archive.read(top + "_definitions.json"))["$defs"]
            place = Path(out) / f"v{version}"
            place.mkdir(parents=True, exist_ok=True)
            for name in KINDS:
                kind = json.loads(archive.read(f"{top}{name}.json"))
                (place / f"{name}.json").write_text(bundle(kind, definitions))


if __name__ == "__main__":
    main()
