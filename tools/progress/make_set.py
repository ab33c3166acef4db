#!/usr/bin/python3
"""A labelled set of calls' sounds: make_set.py tuning|held_out FOLDER.

Writes WAVs and FOLDER/list.tsv (path, class, SIP code). Announcements in the
library's voices are recordings that a customer has taught; in other voices only
their words can be known. Each sound gets a line of its own: level -12 to -32
dBov, noise, a low-rate codec, lost packets, a start within the announcement.
"""
import sys
from pathlib import Path

import sounds
import texts

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / "build/progress/speech"
SNR = (None, 30, 25, 20, 15, 12)
REFUSED = 480  # says nothing: carriers send it for anything


class Set:
    def __init__(self, part, folder):
        self.part, self.folder = part, Path(folder)
        self.lines = []
        self.voices = texts.VOICES[part]

    def rng(self, *what):
        return sounds.rng_of(self.part, *what)

    def add(self, name, code, samples, rng, line=True):
        if line:
            samples = sounds.line(
                rng, samples, snr_db=rng.choice(SNR),
                dbov=rng.uniform(-32, -12), codec=rng.random() < 0.25,
                loss=rng.choice((0, 0, 0, 0.01, 0.03)))
        path = f"{name}-{len(self.lines):04}.wav"
        sounds.write_wav(self.folder / path, samples)
        self.lines.append(f"{path}\t{name}\t{code}" if code
                          else f"{path}\t{name}")

    def write(self):
        (self.folder / "list.tsv").write_text("\n".join(self.lines) + "\n")


def before(rng):
    """What may be heard before an announcement."""
    kind = rng.randrange(4)
    if kind == 0:
        return sounds.cadence(450, 1, 4, rng.choice((5, 6)))
    if kind == 1:
        return sounds.level(sounds.music(rng, rng.uniform(2, 4)), -22)
    return sounds.silence(rng.uniform(0, 0.8))


def announced(rng, once):
    """An announcement as it comes: twice, or cut at its beginning."""
    if rng.random() < 0.3:
        once = once[int(rng.uniform(0, 0.7) * sounds.RATE):]
    return before(rng) + once + sounds.silence(0.6) + once


def announcements(out, voices, kind, copies):
    for name, sentences in texts.ANNOUNCEMENTS.items():
        for text in sentences:
            for voice in voices:
                for copy in range(copies):
                    rng = out.rng(kind, text, voice, copy)
                    once = sounds.speech(CACHE, text, voice)
                    code = None if rng.random() < 0.1 else REFUSED
                    sound = announced(rng, once) if code else \
                        once + sounds.silence(0.6) + once
                    out.add(name, code, sound, rng)


def mailboxes(out):
    for text in texts.VOICEMAIL[out.part] + texts.VOICEMAIL["learnt"]:
        for voice in out.voices:
            rng = out.rng("mailbox", text, voice)
            beep = sounds.tone(rng.choice((800, 850, 930, 1000, 1100, 1200)),
                               rng.uniform(0.3, 1.0), 0.15)
            out.add("voicemail", 200, sounds.silence(rng.uniform(0.2, 1)) +
                    sounds.speech(CACHE, text, voice) +
                    sounds.silence(rng.uniform(0.1, 0.6)) + beep +
                    sounds.silence(2), rng)


def assistants(out):
    for text in texts.ASSISTANT[out.part]:
        for voice in out.voices:
            rng = out.rng("assistant", text, voice)
            out.add("call_assistant", 200,
                    sounds.silence(rng.uniform(0.2, 0.8)) +
                    sounds.speech(CACHE, text, voice) + sounds.silence(3), rng)


def people(out):
    for text in texts.PERSON[out.part] + texts.PERSON["long"]:
        for voice in out.voices:
            rng = out.rng("person", text, voice)
            said = sounds.silence(rng.uniform(0.1, 1.2)) + sounds.speech(
                CACHE, text, voice) + sounds.silence(rng.uniform(1.5, 4))
            if rng.random() < 0.4:  # and then once more
                said += sounds.speech(CACHE, "喂", voice) + sounds.silence(2)
            out.add("human", 200, said, rng)


def tones(out):
    for i in range(8):
        rng = out.rng("tones", i)
        hz = rng.uniform(427, 473)
        off = rng.uniform(0, 4)
        for name, on, pause, code in (("ringback", 1, 4, 487),
                                      ("busy_tone", 0.35, 0.35, REFUSED),
                                      ("congestion_tone", 0.7, 0.7, REFUSED)):
            out.add(name, code, sounds.silence(off) +
                    sounds.cadence(hz, on, pause, 8), rng)


def rings(out):
    for i in range(16):
        rng = out.rng("music", i)
        tune = sounds.music(rng, rng.uniform(5, 9))
        if i % 4 == 3:  # a voice over it: "press star to copy this ring"
            tune = sounds.mix(tune, sounds.level(
                sounds.speech(CACHE, "按星号键复制此彩铃", out.voices[0]), -20)
                + sounds.silence(9))
        out.add("colour_ring", 487, tune, rng)


def silences(out):
    for i in range(8):
        rng = out.rng("silence", i)
        hiss = 10 ** (rng.uniform(-75, -50) / 20)
        out.add("silence", 200, sounds.noise(rng, 7, hiss), rng, line=False)


def main():
    part, folder = sys.argv[1:3]
    out = Set(part, folder)
    announcements(out, texts.VOICES["learnt"], "learnt",
                  1 if part == "tuning" else 2)
    announcements(out, out.voices[:2], "others", 1)
    for add in (mailboxes, assistants, people, tones, rings, silences):
        add(out)
    out.write()


if __name__ == "__main__":
    main()
