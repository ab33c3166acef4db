"""baresip as a callee that answers by itself and plays a tone."""
import math
import tempfile
import wave
from pathlib import Path

USER = "18800000003"
CONFIG = """module_path /usr/lib/baresip/modules
sip_listen 127.0.0.1:{port}
audio_source aufile,{dir}/tone.wav
audio_player aufile,{dir}/heard.wav
audio_alert none
rtp_ports 30800-30900
module g711.so
module aufile.so
{more}module_app account.so
module_app menu.so
"""
TLS = """sip_certificate {folder}/agent.pem
sip_cafile {folder}/cafile.pem
module srtp.so
"""


def command(port, tls=None):
    """@param tls Folder of its certificate: SIP over TLS on port + 1, and
    nothing but SRTP. @return the command line"""
    base = tempfile.mkdtemp(prefix="yh-baresip-")
    more = TLS.format(folder=tls) if tls else ""
    secure = ";mediaenc=srtp-mand" if tls else ""
    where = f"{port + 1};transport=tls" if tls else str(port)
    Path(base, "config").write_text(
        CONFIG.format(port=port, dir=base, more=more))
    Path(base, "accounts").write_text(
        f"<sip:{USER}@127.0.0.1:{where}>;regint=0;answermode=auto;"
        f"audio_codecs=PCMA{secure}\n")
    Path(base, "contacts").write_text("")
    with wave.open(f"{base}/tone.wav", "wb") as f:
        f.setnchannels(1)
        f.setsampwidth(2)
        f.setframerate(8000)
        f.writeframes(b"".join(
            int(8000 * math.sin(i * 0.3)).to_bytes(2, "little", signed=True)
            for i in range(80000)))
    return ["baresip", "-f", base]
