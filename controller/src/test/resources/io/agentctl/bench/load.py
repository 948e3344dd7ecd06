"""Pulls as a site's fetcher does, which is Python over OpenSSL, from as many threads as are asked for.

Arguments: the CA of the hosts' certificates, the site's certificate with its key, a stranger's, the text that the agent writes.
Each line of standard input is a job, a JSON object; each is answered by one, on one line of standard output:

  port, framed   what to pull from, and whether the output travels as the controller sends it or as it is
  hosts          UUIDs to ask for, in turn
  clients        how many pull at the same time
  pulls          how many in all
  stranger       whether to come as the stranger
  length         of an output that is too large to keep; else it must be the text
"""
import json
import socket
import ssl
import sys
import threading
import time
import zlib

PATIENCE = 60
VERSION = b"\0\0"
HEADER = 3
PLAIN, ZLIB = 0, 1
PIECE = 256 * 1024


def context(ca, certificate):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    tls.minimum_version = ssl.TLSVersion.TLSv1_3
    tls.load_verify_locations(ca)
    tls.load_cert_chain(certificate)
    return tls


def compression(header):
    """Judges the header of version 1; its last byte says what follows."""
    if len(header) < HEADER or header[:2] != VERSION or header[2] not in (PLAIN, ZLIB):
        raise ValueError(f"the payload has no header of version 1: {header}")
    return header[2]


class Kept:
    """What came, to be checked when nobody's time is taken any more."""

    def __init__(self):
        self.pieces = []
        self.bytes = 0

    def take(self, piece):
        self.pieces.append(piece)
        self.bytes += len(piece)

    def check(self, framed, text):
        payload = b"".join(self.pieces)
        self.pieces = []
        if framed:
            kind = compression(payload[:HEADER])
            payload = payload[HEADER:]
            if kind == ZLIB:
                stream = zlib.decompressobj()
                payload = stream.decompress(payload)
                if not stream.eof or stream.unused_data:
                    raise ValueError("the zlib stream does not end where the payload ends")
        if payload != text:
            raise ValueError(f"the pull brought {len(payload)} bytes that are not the agent's {len(text)}")


class Counted:
    """Only the length of what came."""

    def __init__(self, framed, length):
        self.stream = None
        self.header = b""
        self.header_due = HEADER if framed else 0
        self.expected = length
        self.length = 0
        self.bytes = 0

    def take(self, piece):
        self.bytes += len(piece)
        if self.header_due:
            begin, piece = piece[:self.header_due], piece[self.header_due:]
            self.header += begin
            self.header_due -= len(begin)
            if not self.header_due and compression(self.header) == ZLIB:
                self.stream = zlib.decompressobj()
        self.length += len(self.stream.decompress(piece) if self.stream else piece)

    def check(self, framed, text):
        if self.length != self.expected or (self.stream and not self.stream.eof):
            raise ValueError(f"the pull brought {self.length} of {self.expected} bytes")


def read_announcement(connection):
    announcement = b""
    while len(announcement) < 2:
        piece = connection.recv(2 - len(announcement))
        if not piece:
            raise EOFError("the connection ended before the announcement")
        announcement += piece
    if announcement != b"16":
        raise ValueError(f"the announcement was {announcement}")


def pull(tls, job, host, sink):
    begin = time.perf_counter()
    with socket.create_connection(("127.0.0.1", job["port"]), PATIENCE) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if job["framed"]:
            read_announcement(connection)
        with tls.wrap_socket(connection, server_hostname=host, suppress_ragged_eofs=False) as session:
            piece = session.recv(PIECE)
            first = time.perf_counter()
            if session.session_reused:
                raise ValueError("the session was resumed: that would be an advantage")
            while piece:
                sink.take(piece)
                piece = session.recv(PIECE)
            return (first - begin) * 1000, (time.perf_counter() - begin) * 1000


def run(tls, job, text):
    lock = threading.Lock()
    pulls = iter(range(job["pulls"]))
    times = []
    sinks = []
    errors = []

    def work():
        while not errors:
            with lock:
                number = next(pulls, None)
            if number is None:
                return
            length = job.get("length")
            sink = Kept() if length is None else Counted(job["framed"], length)
            try:
                times.append(pull(tls, job, job["hosts"][number % len(job["hosts"])], sink))
                sinks.append(sink)
            except (OSError, ValueError, EOFError) as error:
                errors.append(f"{type(error).__name__}: {error}")

    threads = [threading.Thread(target=work) for _ in range(job["clients"])]
    cpu = time.process_time()
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall = time.perf_counter() - begin
    cpu = time.process_time() - cpu
    try:
        for sink in sinks:
            sink.check(job["framed"], text)
    except (ValueError, zlib.error) as error:
        errors.append(f"{type(error).__name__}: {error}")
    return {
        "first_byte_ms": [first for first, _ in times],
        "total_ms": [total for _, total in times],
        "bytes": sinks[0].bytes if sinks else 0,
        "wall_s": wall,
        "cpu_s": cpu,
        "error": errors[0] if errors else "",
    }


def main():
    ca, site, stranger, text = sys.argv[1:]
    with open(text, "rb") as file:
        text = file.read()
    site, stranger = context(ca, site), context(ca, stranger)
    for line in sys.stdin:
        job = json.loads(line)
        print(json.dumps(run(stranger if job.get("stranger") else site, job, text)), flush=True)


main()
