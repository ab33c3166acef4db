#!/usr/bin/python3
"""Do the documents name only what exists? Part of `make lint`.

Looked at in every tracked *.md: links to files of this repository and their
headings, paths as services/dialer/sip.c, `make TARGET`, `yinhuctl COMMAND`.
"""
import glob
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = "deploy|docker|docs|k8s|lib|proto|services|tests|tools|web"
LINK = re.compile(r"\]\(([^)\s]+)\)")
PATH = re.compile(rf"(?<![\w./-])(?:{FOLDERS})/[\w./*{{}},-]*[\w*}}]")
MAKE = re.compile(r"`make ([a-z][a-z-]*)")
CTL = re.compile(r"yinhuctl ([a-z]+ [a-z]+)")


def text_of(path):
    return (ROOT / path).read_text(encoding="utf-8")


def tracked(*patterns):
    out = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, text=True,
                         capture_output=True, check=True).stdout
    return out.splitlines()


def targets():
    """Every word before a colon at the begin of a line of a makefile."""
    heads = [head for file in tracked("Makefile", "*.mk") for head in
             re.findall(r"^([\w .-]+):(?!=)", text_of(file), re.M)]
    return {word for head in heads for word in head.split()}


def commands():
    return set(re.findall(r'COMMAND\("([a-z ]+)"',
                          text_of("tools/yinhuctl/commands.def")))


def anchors(path):
    """The names that a heading gets on the usual forges."""
    heads = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-")
            for h in heads}


def broken_link(file, link):
    if re.match(r"[a-z]+:", link):
        return False
    path, _, anchor = link.partition("#")
    target = (ROOT / file).parent / path if path else ROOT / file
    if not target.exists():
        return True
    return bool(anchor) and anchor not in anchors(target)


def missing_path(path):
    """The file a{b,c} stands for ab and ac; .[ch] and * as in a shell."""
    parts = re.match(r"(.*)\{([^}]*)\}(.*)", path)
    if parts:
        return any(missing_path(parts[1] + word + parts[3])
                   for word in parts[2].split(","))
    return not glob.glob(str(ROOT / path))


def faults(file, known):
    for i, line in enumerate(text_of(file).splitlines(), 1):
        found = [f"no such link: {x}" for x in LINK.findall(line)
                 if broken_link(file, x)]
        found += [f"no such file: {x}" for x in PATH.findall(line)
                  if missing_path(x)]
        found += [f"no such target: make {x}" for x in MAKE.findall(line)
                  if x not in known["make"]]
        found += [f"no such command: yinhuctl {x}" for x in CTL.findall(line)
                  if x not in known["ctl"]]
        yield from (f"{file}:{i}: {fault}" for fault in found)


def main():
    known = {"make": targets(), "ctl": commands()}
    bad = [f for file in tracked("*.md") for f in faults(file, known)]
    print("\n".join(bad), end="\n" if bad else "")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
