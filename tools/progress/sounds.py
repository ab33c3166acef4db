"""Sounds of a telephone line, made here: speech (espeak-ng), tones, music,
noise, and what a line does to them. Samples are floats, 8000 Hz, full scale 1.
"""
import array
import hashlib
import math
import random
import subprocess
import wave
from pathlib import Path

RATE = 8000
FRAME = 160


def write_wav(path, samples):
    path.parent.mkdir(parents=True, exist_ok=True)
    pcm = array.array("h", (max(-32768, min(32767, round(32767 * s)))
                            for s in samples))
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(pcm.tobytes())


def read_wav(path):
    with wave.open(str(path), "rb") as file:
        pcm = array.array("h", file.readframes(file.getnframes()))
    return [s / 32768 for s in pcm]


def speech(cache, text, voice):
    """A sentence in a voice, trimmed, in the telephone's band."""
    variant, speed, pitch = voice
    key = hashlib.sha256(f"{text}|{voice}".encode()).hexdigest()[:24]
    path = Path(cache) / f"{key}.wav"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        raw = path.with_suffix(".raw.wav")
        subprocess.run(["espeak-ng", "-v", f"cmn-latn-pinyin+{variant}", "-s",
                        str(speed), "-p", str(pitch), "-w", raw, text],
                       check=True)
        subprocess.run(["sox", raw, "-r", str(RATE), "-b", "16", "-c", "1",
                        path, "gain", "-3", "lowpass", "3400", "silence", "1",
                        "0.02", "0.3%", "reverse", "silence", "1", "0.02",
                        "0.3%", "reverse"], check=True)
        raw.unlink()
    return read_wav(path)


def silence(seconds):
    return [0.0] * int(seconds * RATE)


def tone(hz, seconds, level=0.2):
    step = 2 * math.pi * hz / RATE
    return [level * math.sin(step * i) for i in range(int(seconds * RATE))]


def cadence(hz, on, off, seconds):
    out = []
    while len(out) < seconds * RATE:
        out += tone(hz, on) + silence(off)
    return out[:int(seconds * RATE)]


def noise(rng, seconds, level):
    """Low-passed near 1 kHz, as of a room."""
    out, state = [], 0.0
    for _ in range(int(seconds * RATE)):
        state += 0.5 * (rng.gauss(0, 1) - state)
        out.append(level * state * 1.7)
    return out


def music(rng, seconds):
    """A tune over chords and a beat: four bars of a made-up song."""
    root = 110 * 2 ** (rng.randrange(12) / 12)
    scale = [0, 2, 4, 7, 9, 12, 14, 16]
    beat = rng.uniform(0.32, 0.6)
    partials = rng.randrange(3, 7)
    out = [0.0] * int(seconds * RATE)
    chords = [rng.choice([0, 5, 7, 9]) for _ in range(8)]
    t, n = 0.0, 0
    while t < seconds:
        chord = root * 2 ** (chords[n // 4 % 8] / 12)
        for step in (0, 4, 7):
            add_note(out, t, beat * 1.05, chord * 2 ** (step / 12), 0.04, 3)
        lead = 2 * root * 2 ** (rng.choice(scale) / 12)
        add_note(out, t, beat * rng.choice([0.5, 1, 1]), lead, 0.16, partials)
        if n % 2 == 0:
            hit(out, rng, t)
        t += beat
        n += 1
    return out


def add_note(out, at, seconds, hz, level, partials):
    first, n = int(at * RATE), int(seconds * RATE)
    steps = [2 * math.pi * hz * (k + 1) / RATE for k in range(partials)
             if hz * (k + 1) < 3400]
    for i in range(min(n, len(out) - first)):
        env = min(1, i / 160, (n - i) / 400) * math.exp(-1.2 * i / n)
        out[first + i] += level * env * sum(
            math.sin(s * i) / (k + 1) for k, s in enumerate(steps))


def hit(out, rng, at):
    first = int(at * RATE)
    for i in range(min(500, len(out) - first)):
        out[first + i] += 0.12 * rng.gauss(0, 1) * math.exp(-i / 100)


# ---- what a line does ------------------------------------------------------

def rms(samples):
    loud = [s * s for s in samples if abs(s) > 1e-3]
    return math.sqrt(sum(loud) / len(loud)) if loud else 0.0


def level(samples, dbov):
    have = rms(samples)
    gain = 10 ** (dbov / 20) / have if have else 1
    return [gain * s for s in samples]


def mix(samples, other):
    return [a + b for a, b in zip(samples, other)]


def low_rate_codec(samples):
    """As a mobile codec does to it: 300 Hz to 3 kHz, coarse steps that follow
    the level."""
    out, last, slow, size = [], 0.0, 0.0, 0.01
    for s in samples:
        last += 0.75 * (s - last)
        slow += 0.1 * (last - slow)
        x = last - slow
        size += 0.005 * (abs(x) - size)
        step = max(size / 4, 1e-4)
        out.append(round(x / step) * step)
    return out


def lose(rng, samples, share):
    """Frames of 20 ms that did not come."""
    out = list(samples)
    for at in range(0, len(out) - FRAME, FRAME):
        if rng.random() < share:
            out[at:at + FRAME] = [0.0] * FRAME
    return out


def line(rng, samples, snr_db=None, dbov=-20, codec=False, loss=0.0):
    out = level(samples, dbov)
    if codec:
        out = low_rate_codec(out)
    if snr_db is not None:
        out = mix(out, noise(rng, len(out) / RATE + 0.01,
                             10 ** ((dbov - snr_db) / 20)))
    return lose(rng, out, loss) if loss else out


def rng_of(*what):
    return random.Random(":".join(map(str, what)))
