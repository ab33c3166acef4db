"""Kamailio with rtpengine between a dialer and a callee, on loopback."""
import glob
import shutil
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PORT, CONTROL = 30700, 30702


def present():
    return shutil.which("kamailio", path="/usr/sbin:/usr/bin") and \
        shutil.which("rtpengine", path="/usr/sbin:/usr/bin")


class Proxy:
    """@param callee Where calls go, HOST:PORT"""

    def __init__(self, callee):
        self.dir = tempfile.TemporaryDirectory(prefix="yh-kamailio-")
        self.where = f"127.0.0.1:{PORT}"
        base = Path(self.dir.name)
        modules = Path(glob.glob("/usr/lib/*/kamailio/modules/tm.so")[0]).parent
        text = (HERE / "kamailio.cfg.in").read_text()
        for word, value in (("PORT", PORT), ("CONTROL", CONTROL),
                            ("MODULES", modules), ("CALLEE", callee)):
            text = text.replace(f"@{word}@", str(value))
        (base / "kamailio.cfg").write_text(text)
        self.log = open(base / "log", "wb")
        quiet = {"cwd": base, "stdin": subprocess.DEVNULL,
                 "stdout": self.log, "stderr": self.log}
        self.programs = [
            subprocess.Popen(
                ["rtpengine", "--foreground", "--no-fallback", "--table=-1",
                 "--log-stderr", "--log-level=4", "--config-file=none",
                 "--interface=127.0.0.1", f"--listen-ng=127.0.0.1:{CONTROL}",
                 "--port-min=32000", "--port-max=32100",
                 f"--pidfile={base}/rtpengine.pid"], **quiet),
            subprocess.Popen(
                ["/usr/sbin/kamailio", "-DD", "-E", "-f", base / "kamailio.cfg",
                 "-Y", base, "-m", "64", "-M", "8"], **quiet)]

    def text(self):
        return Path(self.dir.name, "log").read_text(errors="replace")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for p in self.programs:
            if p.poll() is None:
                p.terminate()
        for p in self.programs:
            try:
                p.wait(5)
            except subprocess.TimeoutExpired:
                p.kill()
                p.wait(5)
        self.log.close()
        self.dir.cleanup()


def udp_is_bound(port):
    hexa = f":{port:04X}"
    return any(hexa in line.split()[1]
               for line in open("/proc/net/udp").readlines()[1:])


def ready():
    return udp_is_bound(PORT) and udp_is_bound(CONTROL)


