"""A private authority and what it signs, for tests of TLS (openssl)."""
import subprocess
from pathlib import Path


def run(*args):
    subprocess.run(["openssl", *map(str, args)], check=True,
                   capture_output=True)


def authority(base, name="Test CA"):
    """Make an authority. @return its folder"""
    base = Path(base)
    base.mkdir(parents=True, exist_ok=True)
    run("req", "-x509", "-newkey", "ec", "-pkeyopt",
        "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
        f"/CN={name}", "-keyout", base / "ca.key", "-out", base / "ca.pem")
    return base


def member(ca, folder, name, address="127.0.0.1"):
    """A member's folder as sofia-sip wants it: agent.pem, cafile.pem.
    @return the folder"""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    key, request, cert = (folder / n for n in ("key", "csr", "cert"))
    run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
        "-nodes", "-subj", f"/CN={name}", "-keyout", key, "-out", request)
    (folder / "ext").write_text(
        f"subjectAltName=DNS:{name},IP:{address},URI:sip:{address}\n")
    run("x509", "-req", "-in", request, "-CA", ca / "ca.pem", "-CAkey",
        ca / "ca.key", "-CAcreateserial", "-days", "2", "-extfile",
        folder / "ext", "-out", cert)
    (folder / "agent.pem").write_bytes(key.read_bytes() + cert.read_bytes())
    (folder / "cafile.pem").write_bytes((ca / "ca.pem").read_bytes())
    return folder
