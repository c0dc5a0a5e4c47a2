"""clamd (adapter to the network): a content goes to it in a stream, its verdict comes back.

The protocol is clamd's own: ``zINSTREAM``, then pieces with their length before them, then a length of zero; the answer
is ``stream: OK`` or ``stream: NAME FOUND``.
"""

import socket
import struct
from dataclasses import dataclass
from typing import IO
from urllib.parse import SplitResult, urlsplit

CHUNK = 64 * 1024
TIMEOUT_SECONDS = 60.0
PING_SECONDS = 2.0
DEFAULT_PORT = 3310
LONGEST_ANSWER = 4096
SCHEMES = frozenset({"tcp", "unix"})


class AntivirusDown(Exception):
    """It does not answer, or says that it could not scan: try again later."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``virus`` is the name of what was found, None for a clean content."""

    virus: str | None = None


class Clamd:
    """``tcp://host:port`` or ``unix:///path``; one connection for each content."""

    def __init__(self, url: str) -> None:
        self.address = urlsplit(url)

    def scan(self, content: IO[bytes]) -> Verdict:
        """Raises AntivirusDown where there is no verdict."""
        try:
            with _connected(self.address, TIMEOUT_SECONDS) as connection:
                connection.sendall(b"zINSTREAM\0")
                while chunk := content.read(CHUNK):
                    connection.sendall(struct.pack(">I", len(chunk)) + chunk)
                connection.sendall(struct.pack(">I", 0))
                answer = _answer(connection)
        except OSError as error:
            raise AntivirusDown(f"{type(error).__name__}: {error}") from error
        return _verdict(answer)

    def fault(self) -> str | None:
        """Why it does not answer, or None."""
        try:
            with _connected(self.address, PING_SECONDS) as connection:
                connection.sendall(b"zPING\0")
                return None if _answer(connection) == "PONG" else "does not answer as it should"
        except OSError:
            return "does not answer"


def antivirus_for(url: str) -> Clamd | None:
    """None where the setting is empty: nothing is scanned then, and the site says so."""
    return Clamd(url) if url else None


def _verdict(answer: str) -> Verdict:
    words = answer.removeprefix("stream: ")
    if words == "OK":
        return Verdict()
    if words.endswith(" FOUND"):
        return Verdict(words.removesuffix(" FOUND"))
    raise AntivirusDown(words or "an empty answer")


def _connected(address: SplitResult, timeout: float) -> socket.socket:
    if address.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(timeout)
        try:
            connection.connect(address.path)
        except OSError:
            connection.close()
            raise
        return connection
    return socket.create_connection((address.hostname or "localhost", address.port or DEFAULT_PORT), timeout)


def _answer(connection: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
        piece = connection.recv(LONGEST_ANSWER)
        if not piece:
            break
        answer += piece
    return answer.rstrip(b"\0\n").decode(errors="replace").strip()
