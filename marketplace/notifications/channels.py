"""Channels: how a letter leaves the house. A folder for the demo and for development, SMTP for the world."""

import os
import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

TIMEOUT_SECONDS = 20
PORTS = {"smtp": 25, "starttls": 587, "smtps": 465}
SENDER_NAME = "揭榜台"


@dataclass(frozen=True, slots=True)
class Letter:
    """``reference`` is the same each time the letter is tried, so that a second copy is known for one."""

    recipient: str
    subject: str
    body: str
    reference: str
    written_at: datetime


class Channel(Protocol):
    """Takes a letter or raises; taking the same one twice does no harm."""

    def send(self, letter: Letter) -> None: ...


class FolderChannel:
    """Writes each letter as a file that mail programs open."""

    def __init__(self, folder: Path, sender: str) -> None:
        self.folder = folder
        self.sender = sender

    def send(self, letter: Letter) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{letter.written_at:%Y%m%dT%H%M%SZ}-{letter.reference}.eml"
        unfinished = path.with_suffix(".part")
        with open(unfinished, "wb", opener=_for_us_alone) as file:
            file.write(as_message(letter, self.sender).as_bytes())
        unfinished.replace(path)


class SmtpChannel:
    """One connection a letter. ``smtps://`` speaks TLS from the first byte, ``starttls://`` before signing in."""

    def __init__(self, url: str, sender: str) -> None:
        self.address = urlsplit(url)
        self.sender = sender

    def send(self, letter: Letter) -> None:
        with _connected(self.address) as server:
            if self.address.scheme == "starttls":
                server.starttls(context=ssl.create_default_context())
            if self.address.username:
                server.login(unquote(self.address.username), unquote(self.address.password or ""))
            server.send_message(as_message(letter, self.sender))


def open_channel(mail_url: str, *, folder: Path, sender: str) -> Channel:
    """SMTP where the address says so, else the folder."""
    if urlsplit(mail_url).scheme in PORTS:
        return SmtpChannel(mail_url, sender)
    return FolderChannel(folder, sender)


def sender_of(base_url: str) -> str:
    """The address our letters come from: nobody reads answers to it."""
    return formataddr((SENDER_NAME, f"noreply@{urlsplit(base_url).hostname or 'localhost'}"))


def as_message(letter: Letter, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = letter.recipient
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.written_at)
    message["Message-ID"] = f"<{letter.reference}@{sender.rpartition('@')[2].rstrip('>')}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body)
    return message


def _connected(address: SplitResult) -> smtplib.SMTP:
    host, port = address.hostname or "localhost", address.port or PORTS[address.scheme]
    if address.scheme == "smtps":
        return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context())
    return smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)


def _for_us_alone(path: str, flags: int) -> int:
    """Letters hold links that open things: nobody else on the machine reads them."""
    return os.open(path, flags, mode=0o600)
