"""A clamd of our own on loopback that speaks the protocol, piece by piece, and finds EICAR's test text."""

import socketserver
import struct
import threading
from contextlib import contextmanager

from tests.files.samples import EICAR

VIRUS = "Eicar-Test-Signature"


class Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        command = self._until_zero()
        if command == b"zPING":
            self.wfile.write(b"PONG\0")
        elif command == b"zINSTREAM":
            self.wfile.write(self._scan() + b"\0")
        else:
            self.wfile.write(b"UNKNOWN COMMAND\0")

    def _until_zero(self) -> bytes:
        found = b""
        while (byte := self.rfile.read(1)) not in (b"", b"\0"):
            found += byte
        return found

    def _scan(self) -> bytes:
        content = b""
        while length := struct.unpack(">I", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
        self.server.scanned.append(content)
        if len(content) > self.server.most:
            return b"INSTREAM size limit exceeded. ERROR"
        return f"stream: {VIRUS} FOUND".encode() if EICAR in content else b"stream: OK"


class TcpServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


class UnixServer(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


@contextmanager
def a_clamd(path=None, *, most: int = 10**9):
    """(url, contents it was given)."""
    server = UnixServer(str(path), Handler) if path else TcpServer(("127.0.0.1", 0), Handler)
    server.scanned, server.most = [], most
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"unix://{path}" if path else f"tcp://127.0.0.1:{server.server_address[1]}", server.scanned
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
