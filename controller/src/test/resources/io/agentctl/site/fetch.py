"""Pulls once or more as a site's fetcher does: CPython's ssl over OpenSSL. Writes what it saw as one line of JSON."""

import argparse
import base64
import json
import socket
import ssl
import zlib

VERSIONS = {
    "1.0": ssl.TLSVersion.TLSv1,
    "1.1": ssl.TLSVersion.TLSv1_1,
    "1.2": ssl.TLSVersion.TLSv1_2,
    "1.3": ssl.TLSVersion.TLSv1_3,
}


def context(arguments):
    with open(arguments.agent_ca, encoding="ascii") as agent_ca:
        made = ssl.create_default_context(cadata=agent_ca.read())
    made.load_cert_chain(arguments.site_cert, arguments.site_key)
    if arguments.tls:
        if arguments.tls in ("1.0", "1.1"):
            # OpenSSL 3 offers them at its lowest security level only.
            made.set_ciphers("ALL:@SECLEVEL=0")
        made.minimum_version = VERSIONS[arguments.tls]
        made.maximum_version = VERSIONS[arguments.tls]
    return made


def pull(arguments, tls, session):
    seen = {}
    # From the address that it connects to, so that the controller's log tells this fetcher from others.
    with socket.create_connection((arguments.host, arguments.port), 60, (arguments.host, 0)) as raw:
        seen["announcement"] = raw.recv(2, socket.MSG_WAITALL).decode("ascii")
        try:
            with tls.wrap_socket(raw, server_hostname=arguments.uuid, session=session) as peer:
                seen["protocol"] = peer.version()
                seen["cipher"] = peer.cipher()[0]
                seen["subject"] = dict(attribute for name in peer.getpeercert()["subject"] for attribute in name)
                data = b""
                # By default Python takes an end without close_notify, and under TLS 1.3 even a reset, for a plain end.
                while piece := peer.recv(65536):
                    data += piece
                seen["reused"] = peer.session_reused
                seen["ticket"] = peer.session is not None and peer.session.has_ticket
                seen["header"] = list(data[:3])
                inflater = zlib.decompressobj()
                seen["payload"] = base64.b64encode(inflater.decompress(data[3:])).decode("ascii")
                seen["whole"] = inflater.eof and not inflater.unused_data
                return seen, peer.session
        except (OSError, zlib.error) as failure:
            seen["error"] = f"{type(failure).__name__}: {failure}"
            return seen, None


def main():
    parser = argparse.ArgumentParser()
    for name in ("host", "port", "uuid", "agent_ca", "site_cert", "site_key"):
        parser.add_argument(name, type=int if name == "port" else str)
    parser.add_argument("--tls", choices=VERSIONS)
    parser.add_argument("--times", type=int, default=1, help="each pull offers the session of the one before")
    arguments = parser.parse_args()
    tls = context(arguments)
    pulls = []
    session = None
    for _ in range(arguments.times):
        seen, session = pull(arguments, tls, session)
        pulls.append(seen)
    print(json.dumps(pulls))


main()
