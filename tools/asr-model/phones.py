"""Mandarin phones from espeak-ng: an initial and a final a syllable, no tone.

The same rule in C is services/asr-gateway/phones.c; a test holds them
together. espeak-ng's own names are rewritten, since the recogniser's phone
names know neither case nor punctuation.
"""
import re
import subprocess

VOICE = "cmn-latn-pinyin"
NAMES = {".": "r", ";": "j", "@": "e0", "[": "q", "-": "d", "&": "y",
         ":": "l", "~": "n", "^": "v"}


def rename(symbol):
    out = ""
    for c in symbol:
        if c.isdigit() or c in "',|%=_ ":
            continue
        if c.isupper():
            out += "u" + c.lower()
        else:
            out += NAMES.get(c, c)
    return out


def is_vowel(symbol):
    bare = symbol.lstrip("',%=")
    return bool(bare) and bare[0] in "aeiouyAEIOUY@V&"


def phones(espeak):
    """espeak-ng -x --sep=_ output -> list of phones."""
    out = []
    for syllable in re.split(r"[\s|]+", espeak.strip()):
        symbols = [s for s in syllable.split("_") if s.strip("', |")]
        initial, final = "", ""
        for s in symbols:
            if is_vowel(s) and any(ch.isdigit() for ch in final) and \
                    any(ch.isdigit() for ch in s):
                out += [p for p in (initial, rename(final)) if p]
                initial, final = "", s
            elif not final and not is_vowel(s) and s not in ("w", "j"):
                if initial:
                    out.append(initial)
                initial = rename(s)
            elif final and not is_vowel(s) and s not in ("n", "N", "w", "j",
                                                         "r"):
                out += [p for p in (initial, rename(final)) if p]
                initial, final = rename(s), ""
            else:
                final += s
        out += [p for p in (initial, rename(final)) if p]
    return out


def of_text(text):
    done = subprocess.run(["espeak-ng", "-v", VOICE, "-q", "-x", "--sep=_",
                           text], capture_output=True, text=True, check=True)
    return phones(done.stdout)
