#!/usr/bin/python3
"""Render the training and test speech: corpus.py OUT SEED RENDITIONS.

Every phrase of the general intents and of extra.txt is spoken by espeak-ng in
RENDITIONS voices of the training set (speed, pitch, level drawn), and once by
every held-out voice; telephone band, A-law, noise on a part. Writes OUT/wav,
OUT/etc as sphinxtrain wants it, and what yinhuctl eval asr reads: OUT/tune.tsv, with
which the threshold of confidence is chosen, and OUT/test.tsv, which is only
measured; both have voices and outside phrases of their own.
"""
import audioop  # gone in Python 3.13; Debian 12 has 3.11
import concurrent.futures
import random
import subprocess
import sys
import wave
from pathlib import Path

import yaml

import phones

HERE = Path(__file__).parent
GENERAL = HERE.parents[1] / "lib/text/general_intents.yaml"
# None of these is trained on. The callees of the demo and the tests speak with
# the voices f1-f5, m1-m4, m6-m8. TUNE is what settings are chosen by; TEST is
# only measured, and no setting may be chosen by it.
TUNE = ["f4", "m4", "m7", "Lee", "Andy", "steph2", "Annie", "edward"]
TEST = ["f1", "f2", "f3", "f5", "m1", "m2", "m3", "m6", "m8"]
TRAIN = ["", "m5", "Alex", "Alicia", "Andrea", "Denis", "Diogo", "Gene", "Gene2",
         "Henrique", "Hugo", "Jacky", "Marco", "Mario", "Michael", "Mike",
         "adam", "anika", "antonio", "belinda", "benjamin", "david", "ed",
         "edward2", "iven", "iven3", "john", "linda", "max", "michel",
         "miguel", "norbert", "pablo", "paul", "pedro", "quincy", "rob",
         "robert", "sandro", "shelby", "steph", "steph3", "travis", "victor",
         "zac", "klatt2", "klatt4", "aunty", "caleb", "Nguyen"]


def phrases():
    intents = yaml.safe_load(GENERAL.read_text())["intents"]
    listed = [e for i in intents if i["id"] != "none" for e in i["examples"]]
    extra = (HERE / "extra.txt").read_text().split()
    return list(dict.fromkeys(listed)), list(dict.fromkeys(extra))


def outside():
    """Phrases that are not listened for, for tuning and for the test."""
    intents = yaml.safe_load(GENERAL.read_text())["intents"]
    none = [e for i in intents if i["id"] == "none" for e in i["examples"]]
    return none, (HERE / "outside.txt").read_text().split()


def speak(path, text, voice, rng):
    """One file: 8 kHz mono, through the telephone band and A-law."""
    name = phones.VOICE + (f"+{voice}" if voice else "")
    raw = path.with_suffix(".22k.wav")
    subprocess.run(["espeak-ng", "-v", name, "-s", str(rng.randint(130, 215)),
                    "-p", str(rng.randint(25, 75)), "-w", raw, text],
                   check=True)
    level = -3 - rng.random() * 17
    lead, tail = rng.uniform(.1, .4), rng.uniform(.1, .5)
    subprocess.run(["sox", "-G", raw, "-r", "8000", "-b", "16", "-c", "1",
                    path, "sinc", "250-3400", "norm", f"{level:.1f}", "pad",
                    f"{lead:.2f}", f"{tail:.2f}"], check=True,
                   stderr=subprocess.DEVNULL)
    raw.unlink()
    through_the_line(path, rng)


def through_the_line(path, rng):
    with wave.open(str(path)) as src:
        data = src.readframes(src.getnframes())
    noise = rng.choice((0, 0, 8, 30, 90, 200))
    if noise:
        hiss = b"".join(int(rng.gauss(0, noise)).to_bytes(2, "little",
                                                         signed=True)
                        for _ in range(len(data) // 2))
        data = audioop.add(data, hiss, 2)
    data = audioop.alaw2lin(audioop.lin2alaw(data, 2), 2)
    with wave.open(str(path), "wb") as dst:
        dst.setnchannels(1)
        dst.setsampwidth(2)
        dst.setframerate(8000)
        dst.writeframes(data)


def render(job):
    path, text, voice, seed = job
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        speak(path, text, voice, random.Random(seed))


def write(path, lines):
    path.write_text("".join(f"{line}\n" for line in lines))


def main():
    out, seed, n = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    rng = random.Random(seed)
    listed, extra = phrases()
    train, test = [], []
    for i, text in enumerate(listed + extra):
        for r, voice in enumerate(rng.sample(TRAIN, n)):
            train.append((f"train/p{i:04d}_{r:02d}", i, text, voice))
        if i < len(listed):
            for voice in TUNE + TEST:
                test.append((f"test/p{i:04d}_{voice}", i, text, voice))
    sets = {"tune": [(n, t, v) for n, _, t, v in test if v in TUNE],
            "test": [(n, t, v) for n, _, t, v in test if v in TEST]}
    strange = [(f"test/{kind}{i:03d}_{voice}", text, voice)
               for kind, texts, voices in zip(("tune", "test"), outside(),
                                              (TUNE, TEST))
               for i, text in enumerate(texts) for voice in voices]
    jobs = [(out / "wav" / f"{name}.wav", text, voice, f"{seed}{name}")
            for name, text, voice in
            [(n, t, v) for n, _, t, v in train + test] + strange]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for _ in pool.map(render, jobs):
            pass
    etc = out / "etc"
    etc.mkdir(exist_ok=True)
    spelled = {i: phones.of_text(t) for i, t in enumerate(listed + extra)}
    write(etc / "yh.dic", (f"P{i:04d} {' '.join(p)}"
                           for i, p in spelled.items()))
    write(etc / "yh.filler", ("<s> SIL", "</s> SIL", "<sil> SIL"))
    write(etc / "yh.phone", sorted({p for ps in spelled.values()
                                    for p in ps} | {"SIL"}))
    for kind, rows in (("train", train), ("test", test)):
        write(etc / f"yh_{kind}.fileids", (name for name, *_ in rows))
        write(etc / f"yh_{kind}.transcription",
              (f"<s> P{i:04d} </s> ({name.split('/')[-1]})"
               for name, i, *_ in rows))
    for kind, rows in sets.items():
        write(out / f"{kind}.tsv",
              [f"wav/{name}.wav\t{text}" for name, text, _ in rows] +
              [f"wav/{name}.wav\t-" for name, _, _ in strange
               if name.startswith(f"test/{kind}")])


assert not set(TRAIN) & set(TUNE + TEST) and not set(TUNE) & set(TEST)

if __name__ == "__main__":
    main()
