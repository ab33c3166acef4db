"""The sherpa-onnx library as `make sherpa` fetches it, and what it understands
of our declarations of its structs."""
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build/share/sherpa"


def fetch():
    """@return its folder; None: npm reached no registry"""
    if not FOLDER.exists():
        subprocess.run(["make", "-C", ROOT, "sherpa"], check=False,
                       capture_output=True, timeout=300)
    return FOLDER if FOLDER.exists() else None


def prints(work, service, source, program):
    """Compile a C program with a service's declarations and run it.
    @return what the library prints of the configuration that it was given"""
    folder, lib = ROOT / "services" / service, ROOT / "lib"
    (work / "fields.c").write_text(program)
    subprocess.run(["gcc", "-std=c11", "-D_GNU_SOURCE", "-I", folder, "-I",
                    lib, work / "fields.c", folder / source,
                    *(lib / "sherpa").glob("*.c"), "-o", work / "fields",
                    "-ldl"], check=True)
    run = subprocess.run([work / "fields", FOLDER], capture_output=True,
                         text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stderr
