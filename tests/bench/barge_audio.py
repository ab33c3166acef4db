#!/usr/bin/python3
"""Callees heard while a bot speaks: recordings for `yinhuctl eval vad`.

    barge_audio.py train|dev|eval|quick DIR

Sentences and backchannels by espeak-ng's Mandarin in voices that the two sets
do not share, with other texts; coughs, noise, music on hold, colour ring tones
and tones made here. 8000 Hz, over a line's noise. Writes DIR/NAME.wav and
DIR/list.tsv. All of it is synthetic.
"""
import array
import concurrent.futures
import math
import random
import subprocess
import sys
import tempfile
import wave
from pathlib import Path

RATE = 8000
SETS = {
    "train": {
        "seed": 1, "voices": ["m1", "m3", "m5", "m7", "f1", "f3", "klatt",
                              "Alex", "Andy", "Annie", "anika", "boris"],
        "sentences": [
            "我现在没空", "你说的是哪家银行", "利息多少", "不需要谢谢", "等一下",
            "我不办分期", "你怎么知道我的电话", "可以吗", "这个怎么还", "别再打了",
            "先不用了", "转人工", "再说一遍", "什么意思", "是不是骗人的",
            "好的我知道了", "听不清楚", "能便宜一点吗", "给我介绍一下", "明天再打吧",
            "对不起打断一下", "他不在家", "多长时间", "有什么条件", "钱不够"],
        "back": ["嗯", "哦", "啊", "呃", "嗯嗯", "噢", "唔", "欸"], "n": 14},
    "eval": {
        "seed": 2, "voices": ["m2", "m4", "m6", "f2", "f4", "f5", "Lee",
                              "belinda", "david", "steph"],
        "sentences": [
            "我在开会", "你是谁啊", "年化多少", "算了不要", "停一下",
            "我想提前还款", "从哪里拿到我的号码", "行不行", "怎么申请", "不要再骚扰我",
            "暂时不考虑", "找你们经理", "没听明白", "真的假的", "手续费呢",
            "下午联系我", "我要投诉", "几号到期", "家里没人", "换个时间"],
        "back": ["嗯", "哦", "啊", "呃", "哦哦", "嗯哼", "喔"], "n": 10},
    # Decides what is changed; soft beginnings (f, h, s, x, q, ch) prevail.
    "dev": {
        "seed": 4, "voices": ["Alicia", "Denis", "Gene", "Jacky", "Mario",
                              "Michael", "adam", "caleb", "max", "pablo",
                              "shelby", "travis"],
        "sentences": [
            "费用怎么算", "非得现在说吗", "放心我会还", "发短信给我", "会不会影响征信",
            "还有别的吗", "好像不对吧", "合同在哪看", "谁让你打的", "是我本人",
            "身份证要不要", "十二期是多少", "想一想再说", "先发给我看看", "需要什么材料",
            "小点声", "请问你贵姓", "其实我不太想办", "抽空再说吧", "差多少钱",
            "词我没听清", "所以呢", "随便你", "他什么时候回来", "听着呢你说",
            "怕上当", "凭什么", "开车呢", "可不可以晚点", "那就这样吧",
            "你等会儿", "我姓王", "已经还过了", "把电话给他", "多少利率"],
        "back": ["嗯", "哦", "啊", "呃", "嗯嗯", "诶", "噢"], "n": 14},
    "quick": {
        "seed": 3, "voices": ["m8", "linda"],
        "sentences": ["我正在开车", "你们银行在哪里", "请讲重点", "不用了谢谢你"],
        "back": [], "n": 2},
}


def level(pcm, dbov):
    """Loudest 0.2 s to a level."""
    step = RATE // 5
    best = max((sum(v * v for v in pcm[i:i + step]) / step
                for i in range(0, max(1, len(pcm) - step + 1), step)),
               default=1) or 1
    gain = 32768 * 10 ** (dbov / 20) / math.sqrt(best)
    return [v * gain for v in pcm]


def noise(n, dbov, dice):
    sigma = 32768 * 10 ** (dbov / 20)
    return [dice.gauss(0, sigma) for _ in range(n)]


def mix(*parts):
    out = [0.0] * max(len(p) for p in parts)
    for p in parts:
        for i, v in enumerate(p):
            out[i] += v
    return out


def write(path, pcm):
    data = array.array("h", (max(-32768, min(32767, int(v))) for v in pcm))
    with wave.open(str(path), "wb") as f:
        f.setnchannels(1)
        f.setsampwidth(2)
        f.setframerate(RATE)
        f.writeframes(data.tobytes())


def speak(text, voice, dice):
    """espeak-ng through the telephone's band, without silence around."""
    with tempfile.NamedTemporaryFile(suffix=".wav") as raw, \
            tempfile.NamedTemporaryFile(suffix=".wav") as out:
        subprocess.run(["espeak-ng", "-v", f"cmn+{voice}", "-s",
                        str(dice.randint(150, 200)), "-p",
                        str(dice.randint(30, 70)), "-w", raw.name, text],
                       check=True, capture_output=True)
        subprocess.run(["sox", raw.name, "-r", str(RATE), "-b", "16", out.name,
                        "sinc", "300-3400", "silence", "1", "0.01", "0.8%",
                        "reverse", "silence", "1", "0.01", "0.8%", "reverse"],
                       check=True, capture_output=True)
        with wave.open(out.name) as f:
            pcm = array.array("h", f.readframes(f.getnframes()))
    return [float(v) for v in pcm]


def band(pcm, low, high):
    """One-pole high and low pass."""
    a, b = math.exp(-2 * math.pi * low / RATE), \
        math.exp(-2 * math.pi * high / RATE)
    slow = fast = 0.0
    out = []
    for v in pcm:
        slow = a * slow + (1 - a) * v
        fast = b * fast + (1 - b) * (v - slow)
        out.append(fast)
    return out


def cough(dice):
    """Bursts of breath: sharp, then a voiced tail or none."""
    out = []
    for _ in range(dice.randint(1, 3)):
        n = int(RATE * dice.uniform(.12, .3))
        burst = band([dice.gauss(0, 1) for _ in range(n)],
                     dice.uniform(200, 600), dice.uniform(1200, 3000))
        pitch = dice.uniform(90, 220)
        for i in range(n):
            t = i / RATE
            env = min(1, t / .008) * math.exp(-t * dice.uniform(9, 10) * 1.4)
            tail = .15 * math.sin(2 * math.pi * pitch * t) * min(1, t / .05)
            out.append((burst[i] + tail) * env)
        out += [0.0] * int(RATE * dice.uniform(.05, .2))
    return out


def tune(seconds, dice, sung=False):
    """Chords and a melody, with a beat."""
    scale = [0, 2, 4, 7, 9, 12]
    root, beat = dice.uniform(180, 320), dice.uniform(.25, .5)
    out = [0.0] * int(RATE * seconds)
    at = 0.0
    while at < seconds:
        f = root * 2 ** (dice.choice(scale) / 12)
        start, n = int(at * RATE), int(beat * dice.choice((1, 1, 2)) * RATE)
        for i in range(min(n, len(out) - start)):
            t = i / RATE
            env = min(1, t / .01) * math.exp(-t * 2.5)
            wobble = 1 + (.01 * math.sin(2 * math.pi * 5 * t) if sung else 0)
            out[start + i] += env * sum(
                math.sin(2 * math.pi * f * k * wobble * t) / k
                for k in (1, 2, 3, 5))
        at += n / RATE
    return out


def tone(seconds, on, off):
    return [math.sin(2 * math.pi * 450 * i / RATE)
            if (i / RATE) % (on + off) < on else 0.0
            for i in range(int(RATE * seconds))]


def others(dice, n):
    for i in range(n * 3):
        yield f"cough{i}", "cough", cough(dice)
    for i in range(n):
        yield f"hold{i}", "music_on_hold", tune(6, dice)
        yield f"ring{i}", "colour_ring", tune(6, dice, sung=True)
        white = [dice.gauss(0, 1) for _ in range(RATE * 5)]
        yield f"noise{i}", "noise", [
            v * (.4 + .6 * abs(math.sin(k / RATE * dice.uniform(1, 1.01) * 4)))
            for k, v in enumerate(band(white, 100, dice.uniform(400, 3000)))]
        knock = []
        for _ in range(6):
            k = band([dice.gauss(0, 1) for _ in range(600)], 100, 1500)
            knock += [v * math.exp(-j / 120) for j, v in enumerate(k)]
            knock += [0.0] * dice.randint(1000, 4000)
        yield f"knock{i}", "knocks", knock
    for on, off in ((1, 4), (.35, .35), (.7, .7)):
        yield f"tone{on}", "tones", tone(6, on, off)


def place(pcm, dice):
    """Into a line: its noise, half a second before, a little after."""
    lead = int(RATE * dice.uniform(.6, .9))
    loud = level(pcm, dice.uniform(-30, -16))
    body = [0.0] * lead + loud + [0.0] * int(RATE * .6)
    return mix(body, noise(len(body), dice.uniform(-72, -58), dice)), \
        lead / RATE, (lead + len(loud)) / RATE


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in SETS:
        sys.exit(__doc__)
    conf, out = SETS[sys.argv[1]], Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    jobs = []
    for v in conf["voices"]:
        for i, text in enumerate(conf["sentences"]):
            jobs.append((f"s_{v}_{i}", "sentence", text, v))
        for i, text in enumerate(conf["back"]):
            jobs.append((f"b_{v}_{i}", "backchannel", text, v))
    rows = []

    def spoken(job):
        name, label, text, voice = job
        return name, label, speak(text, voice, random.Random(name))

    def keep(name, label, pcm):
        dice = random.Random(f"{conf['seed']}{name}")
        line, begin, end = place(pcm, dice)
        write(out / f"{name}.wav", line)
        what = f"{begin:.2f}-{end:.2f}" if label == "sentence" else label
        rows.append(f"{name}.wav\t{what}\n")

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for name, label, pcm in pool.map(spoken, jobs):
            if len(pcm) > 400:
                keep(name, label, pcm)
    for name, label, pcm in others(random.Random(conf["seed"]), conf["n"]):
        keep(name, label, pcm)
    (out / "list.tsv").write_text("".join(rows))
    print(f"{len(rows)} recordings in {out}")


if __name__ == "__main__":
    main()
