"""sipp scenarios of a callee, written as steps.

A scenario is a list of steps; `scenario()` makes sipp's XML of it. What the
INVITE brought is kept, so that its responses can be sent at any time:

    scenario(invite(), answer("180 Ringing", tag="a"), answer("200 OK", sdp=1),
             take("ACK"), take("BYE"), reply())
"""

SDP = """
      v=0
      o=sipp {version} {version} IN IP4 {addr}
      s=-
      c=IN IP4 {addr}
      t=0 0
      m=audio {port} RTP/AVP 8 101
      a=rtpmap:8 PCMA/8000
      a=rtpmap:101 telephone-event/8000
      a={direction}
"""
KEPT = {"Via": (1, ".*"), "CSeq": (2, ".*"), "To": (3, ".*"),
        "From": (4, ".*"), "Contact": (5, "sip:[^ >;]*")}
CONTACT = "Contact: <sip:callee@[local_ip]:[local_port];transport=[transport]>"


def sdp_text(port="[media_port]", direction="sendrecv", version=1,
             addr="[local_ip]"):
    return SDP.format(port=port, direction=direction, version=version,
                      addr=addr)


def message(lines, sdp, retrans, text=None):
    body = "      Content-Length: 0\n\n"
    if text:
        body = f"      Content-Length: [len]\n\n      {text}\n"
    elif sdp:
        body = ("      Content-Type: application/sdp\n"
                "      Content-Length: [len]\n" + sdp)
    text = "\n".join("      " + line for line in lines) + "\n" + body
    again = ' retrans="500"' if retrans else ""
    return f"  <send{again}>\n    <![CDATA[\n{text}\n    ]]>\n  </send>\n"


def contact(headers):
    own = any(h.startswith("Contact:") for h in headers)
    return [*headers] if own else [CONTACT, *headers]


def checks(expect):
    """<ereg> actions that must match. @param expect {header: regex}"""
    return "".join(
        f'      <ereg regexp="{regex}" search_in="hdr" header="{name}:" '
        f'check_it="true" assign_to="9"/>\n' for name, regex in expect.items())


def invite(auth=None, **expect):
    """Wait for the INVITE and keep what its responses need."""
    keep = "".join(
        f'      <ereg regexp="{regex}" search_in="hdr" header="{name}:" '
        f'assign_to="{n}"/>\n' for name, (n, regex) in KEPT.items())
    expect = {k.replace("_", "-"): v for k, v in expect.items()}
    return ('  <recv request="INVITE">\n    <action>\n' + keep +
            checks(expect) + "    </action>\n  </recv>\n")


def answer(status, tag="a", sdp=None, headers=(), retrans=False, copies=1):
    """A response to the INVITE; sdp: True or a text."""
    lines = [f"SIP/2.0 {status}", "Via:[$1]", "From:[$4]",
             f"To:[$3];tag={tag}[call_number]", "[last_Call-ID:]",
             "CSeq:[$2]", *contact(headers)]
    return message(lines, sdp_text() if sdp is True else sdp,
                   retrans) * copies


def take(request, timeout=None, optional=False, **expect):
    """Wait for a request of the dialog."""
    expect = {k.replace("_", "-"): v for k, v in expect.items()}
    action = "    <action>\n" + checks(expect) + "    </action>\n" \
        if expect else ""
    more = (f' timeout="{timeout}"' if timeout else "") + \
        (' optional="true"' if optional else "")
    return f'  <recv request="{request}"{more}>\n{action}  </recv>\n'


def reply(status="200 OK", sdp=None, headers=(), copies=1):
    """A response to the last request."""
    lines = [f"SIP/2.0 {status}", "[last_Via:]", "[last_From:]", "[last_To:]",
             "[last_Call-ID:]", "[last_CSeq:]", *contact(headers)]
    return message(lines, sdp, False) * copies


def ask(method, cseq, tag="a", sdp=None, headers=(), retrans=True, body=None):
    """A request of the callee's inside the dialog."""
    via = "SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]"
    lines = [f"{method} [$5] SIP/2.0",
             f"Via: {via}", f"From:[$3];tag={tag}[call_number]", "To:[$4]",
             "[last_Call-ID:]", f"CSeq: {cseq} {method}", CONTACT,
             "Max-Forwards: 70", *headers]
    return message(lines, sdp, retrans and method != "ACK", body)


def code(status, body=None):
    """Wait for a response. @param body Regex that must be in its message"""
    action = ""
    if body:
        action = (f'    <action>\n      <ereg regexp="{body}" search_in="msg" '
                  'check_it="true" assign_to="9"/>\n    </action>\n')
    return ('  <recv response="100" optional="true"/>\n'
            f'  <recv response="{status}">\n{action}  </recv>\n')


def pause(ms):
    return f'  <pause milliseconds="{ms}"/>\n'


def scenario(*steps):
    every = ",".join(str(n) for n, _ in KEPT.values())
    used = f'  <Reference variables="{every},9"/>\n'
    first = '  <nop><action><assignstr assign_to="9" value=""/></action></nop>\n'
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="callee">\n'
            + steps[0] + first + "".join(steps[1:]) + used + "</scenario>\n")


def goodbye():
    """What follows our answer when the dialer hangs up."""
    return take("ACK") + take("BYE") + reply()
