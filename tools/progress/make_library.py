#!/usr/bin/python3
"""The library of fingerprints that the product ships, from espeak-ng.

make_library.py OUT.txt. What real carriers say must be learnt by the customer
from recordings: yinhuctl progress learn --class CLASS FILE.wav... -o OUT.txt
"""
import subprocess
import sys
import tempfile
from pathlib import Path

import sounds
import texts

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / "build/progress/speech"

HEAD = """\
# Fingerprints of announcements (lib/progress/library.h), read by espeak-ng in
# three voices: tools/progress/make_library.py. They are no carrier's recordings;
# add those with: yinhuctl progress learn --class CLASS FILE.wav... -o THIS
"""


def learn(out, name, files):
    subprocess.run([ROOT / "build/bin/yinhuctl", "progress", "learn",
                    "--class", name, *files, "-o", out], check=True,
                   stdout=subprocess.DEVNULL)


def main():
    out = Path(sys.argv[1])
    out.write_text(HEAD)
    classes = dict(texts.ANNOUNCEMENTS, voicemail=texts.VOICEMAIL["learnt"])
    with tempfile.TemporaryDirectory() as tmp:
        for name, sentences in classes.items():
            files = []
            for i, text in enumerate(sentences):
                for voice in texts.VOICES["learnt"]:
                    file = Path(tmp) / f"espeak-{voice[0]}-{name}-{i + 1}.wav"
                    sounds.write_wav(file, sounds.level(
                        sounds.speech(CACHE, text, voice), -20))
                    files.append(file)
            learn(out, name, files)


if __name__ == "__main__":
    main()
